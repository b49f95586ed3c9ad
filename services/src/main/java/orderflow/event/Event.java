package orderflow.event;

/** Something that happened to one order. Each kind knows the contract's names for itself. */
public sealed interface Event permits OrderPlaced, InventoryOutcome {
  String orderId();

  Type type();

  /**
   * Stable across resends and restarts, because it is derived and not generated: the same order and
   * type give the same id.
   */
  default String messageId() {
    return type().eventName() + ":" + orderId();
  }

  /** The three events of the contract and where each is published. */
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

    /** Whether a {@code type} property that another program set means this event. */
    public boolean isNamed(String name) {
      return name.equalsIgnoreCase(eventName) || name.equals(routingKey);
    }
  }
}
