package orderflow.cli.prove.check;

import java.util.List;
import java.util.Set;

/**
 * The contract of the flow as other programs know it. Written once more, so that a mistake in the
 * services' own constants shows.
 */
final class Contract {
  static final String ORDER_EXCHANGE = "order_events";
  static final String INVENTORY_EXCHANGE = "inventory_events";
  static final String ORDER_PLACED = "OrderPlaced";
  static final String INVENTORY_RESERVED = "InventoryReserved";
  static final String INVENTORY_FAILED = "InventoryFailed";
  static final String RESERVED = "reserved";
  static final String FAILED = "failed";
  static final String ACCEPTED = "accepted";
  static final String DLQ = "_dlq";

  static final String ORDERS_QUEUE = "order_placed";
  static final String RESERVED_QUEUE = "inventory_reserved";
  static final String OUTCOME_QUEUE = "order_outcome";
  static final List<String> QUEUES = List.of(ORDERS_QUEUE, RESERVED_QUEUE, OUTCOME_QUEUE);

  static final String REASON = "x-orderflow-reason";
  static final String ORIGIN_EXCHANGE = "x-orderflow-exchange";
  static final String ORIGIN_KEY = "x-orderflow-routing-key";
  static final String AT = "x-orderflow-at";
  static final String ID = "x-orderflow-id";

  /** The headers of every dead letter. */
  static final List<String> DEAD_LETTER_HEADERS =
      List.of(REASON, "x-orderflow-detail", ORIGIN_EXCHANGE, ORIGIN_KEY, AT, ID);

  /** The headers that an event may have: trace context, and the count of replays. */
  static final Set<String> EVENT_HEADERS =
      Set.of("traceparent", "tracestate", "baggage", "x-orderflow-replays");

  static final String PERSISTENT = "2";
  static final String JSON = "application/json";
  static final int ACCEPTED_CODE = 202;
  static final int CONFLICT_CODE = 409;
  static final int SERVER_ERROR = 500;

  private Contract() {}

  /** The routing key of an event type. */
  static String routingKey(String type) {
    return switch (type) {
      case ORDER_PLACED -> "order.placed";
      case INVENTORY_RESERVED -> "inventory.reserved";
      default -> "inventory.failed";
    };
  }
}
