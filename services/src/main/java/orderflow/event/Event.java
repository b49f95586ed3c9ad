package orderflow.event;

/** An event of one order, with the contract's names for it. */
public sealed interface Event permits OrderPlaced, InventoryOutcome {
  String orderId();

  Type type();

  /** Derived from order and type, so that it is the same when the event is published again. */
  default String messageId() {
    return type().eventName() + ":" + orderId();
  }

  /** The events of the contract, with exchange and routing key. */
  enum Type {
    ORDER_PLACED("OrderPlaced", "order_events", "order.placed"),
    INVENTORY_RESERVED("InventoryReserved", "inventory_events", "inventory.reserved"),
    INVENTORY_FAILED("InventoryFailed", "inventory_events", "inventory.failed");

    private final String eventName;
    private final String exchange;
    private final String routingKey;

    Type(String eventName, String exchange, String routingKey) {
      this.eventName = eventName;
      this.exchange = exchange;
      this.routingKey = routingKey;
    }

    /** The name in the message's {@code type} property. */
    public String eventName() {
      return eventName;
    }

    public String exchange() {
      return exchange;
    }

    public String routingKey() {
      return routingKey;
    }

    /** Whether a {@code type} property, perhaps of another program, names this event. */
    public boolean isNamed(String name) {
      return name.equalsIgnoreCase(eventName) || name.equals(routingKey);
    }
  }
}
