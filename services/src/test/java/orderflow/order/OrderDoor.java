package orderflow.order;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.delivery.Handler;
import orderflow.delivery.Outbox;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.store.Store;
import orderflow.store.Tx;

/** Lets the simulation into the order service: its decisions, and what it has on record. */
public final class OrderDoor {
  public static final List<String> SCHEMA = OrderTable.SCHEMA;

  private OrderDoor() {}

  /** Follows the outcomes. */
  public static Handler<InventoryOutcome> outcomes(MeterRegistry metrics) {
    return new OutcomeHandler(metrics);
  }

  /** Takes orders as {@link GroupCommit} does; for each the HTTP status to answer. */
  public static List<Integer> accept(
      Store store, Outbox outbox, List<OrderPlaced> orders, Instant now) {
    var acceptance = new Acceptance(outbox, Long.MAX_VALUE);
    List<Integer> statuses =
        store.write(
            Store.Durability.SYNCED,
            tx -> acceptance.accept(tx, orders, now).stream().map(OrderDoor::status).toList());
    outbox.committed();
    return statuses;
  }

  private static int status(Acceptance.Decision decision) {
    return switch (decision) {
      case ACCEPTED, REPEATED -> 202;
      case CONFLICT -> 409;
      case OVERLOADED -> 503;
    };
  }

  /** The status of each order. */
  public static Map<String, String> orders(Tx tx) {
    Map<String, String> statuses = new HashMap<>();
    OrderTable.page(tx, "", Integer.MAX_VALUE)
        .forEach(row -> statuses.put(row.order().orderId(), row.status()));
    return statuses;
  }
}
