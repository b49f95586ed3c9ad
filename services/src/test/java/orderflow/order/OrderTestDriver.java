package orderflow.order;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.delivery.Handler;
import orderflow.delivery.Outbox;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.store.Store;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** Opens the order service's decisions and records to the simulation. */
public final class OrderTestDriver {
  public static final List<String> SCHEMA = OrderTable.SCHEMA;
  public static final List<String> LATER = OrderTable.OUTBOX_SCHEMA;

  private OrderTestDriver() {}

  /** Follows the outcomes. */
  public static Handler<InventoryOutcome> outcomeHandler() {
    return new OutcomeHandler();
  }

  /** Receives the responses to orders, by their positions in the list. */
  public interface Responses {
    /** The HTTP status of the response. */
    void status(int place, int status);

    /** No response, because the store or the process failed. */
    void none(int place, Throwable why);
  }

  /** Accepts orders and reports the responses like {@link GroupCommit}. */
  public static void accept(
      Store store,
      Outbox outbox,
      long outboxLimit,
      Clock clock,
      List<OrderPlaced> orders,
      Responses responses) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      requests.add(new Request(i, orders.get(i), responses));
    }
    new OrderBatchWriter(store, outbox, new OrderAcceptor(outbox, outboxLimit), clock)
        .commit(requests);
  }

  private record Request(int place, OrderPlaced order, Responses responses)
      implements OrderBatchWriter.Request {
    @Override
    public void decided(OrderAcceptor.Decision decision) {
      responses.status(place, OrderTestDriver.status(decision));
    }

    @Override
    public void failed(Throwable why) {
      responses.none(place, why);
    }
  }

  private static int status(OrderAcceptor.Decision decision) {
    return switch (decision) {
      case ACCEPTED, REPEATED -> 202;
      case CONFLICT -> 409;
      case OVERLOADED -> 503;
    };
  }

  /**
   * An order on record.
   *
   * @param status accepted, reserved or failed
   * @param published whether it is on record when its event was published
   */
  public record Recorded(
      OrderPlaced order, String status, @Nullable String reason, boolean published) {}

  /** Each order on record, by id. */
  public static Map<String, Recorded> orders(Tx tx) {
    Map<String, Recorded> orders = new HashMap<>();
    OrderTable.page(tx, "", Integer.MAX_VALUE)
        .forEach(row ->
            orders.put(
                row.order().orderId(),
                new Recorded(row.order(), row.status(), row.reason(), isPublished(tx, row))));
    return orders;
  }

  private static boolean isPublished(Tx tx, OrderTable.Row row) {
    return row.outboxId() != null && new Outbox().publication(tx, row.outboxId()).isPresent();
  }

  /** The order on record under an id, if any. */
  public static Optional<OrderPlaced> find(Tx tx, String orderId) {
    return OrderTable.find(tx, orderId).map(OrderTable.Row::order);
  }

  /** The status of each outcome that is recorded, also of orders that are not; by id. */
  public static Map<String, String> outcomes(Tx tx) {
    Map<String, String> statuses = new HashMap<>();
    tx.each(
        "SELECT order_id, status FROM outcomes",
        row -> {
          statuses.put(row.text(1), row.text(2));
          return true;
        });
    return statuses;
  }
}
