package orderflow.order;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
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

  /** Where the answers to orders go, by their places in the list. */
  public interface Answers {
    /** The HTTP status that is answered. */
    void status(int place, int status);

    /** None, because the store or the process failed. */
    void none(int place, Throwable why);
  }

  /** Takes orders as {@link GroupCommit} does, and answers as it does. */
  public static void accept(
      Store store,
      Outbox outbox,
      long outboxLimit,
      Clock clock,
      List<OrderPlaced> orders,
      Answers answers) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      requests.add(new Request(i, orders.get(i), answers));
    }
    new BatchCommit(store, outbox, new Acceptance(outbox, outboxLimit), clock).commit(requests);
  }

  private record Request(int place, OrderPlaced order, Answers answers)
      implements BatchCommit.Request {
    @Override
    public void decided(Acceptance.Decision decision) {
      answers.status(place, OrderDoor.status(decision));
    }

    @Override
    public void failed(Throwable why) {
      answers.none(place, why);
    }
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
