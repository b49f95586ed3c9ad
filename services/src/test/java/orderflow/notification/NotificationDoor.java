package orderflow.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import orderflow.delivery.Handler;
import orderflow.delivery.Session;
import orderflow.delivery.Signal;
import orderflow.event.InventoryOutcome;
import orderflow.store.Store;
import orderflow.store.Tx;

/** Lets the simulation into the notification service: its decisions, and what it has on record. */
public final class NotificationDoor {
  public static final List<String> SCHEMA = NotificationTable.SCHEMA;

  private static final int BATCH = 4;

  private NotificationDoor() {}

  /** What becomes of one notification that is sent. */
  public enum Telling {
    TOLD,
    REFUSED,
    UNREACHABLE
  }

  /** Records whom to tell. */
  public static Handler<InventoryOutcome> reservations(Signal recorded, MeterRegistry metrics) {
    return new ReservedHandler(recorded, metrics);
  }

  /**
   * Tells users.
   *
   * @param telling is asked for each order, and may end the process
   */
  public static Session sender(
      Store store,
      Signal recorded,
      Function<String, Telling> telling,
      Clock clock,
      RandomGenerator random,
      MeterRegistry metrics) {
    return new Sender(store, new SimulatedNotifier(telling), recorded, clock, random, metrics);
  }

  /** The status of each notification, by order. */
  public static Map<String, String> notifications(Tx tx) {
    Map<String, String> statuses = new HashMap<>();
    NotificationTable.page(tx, "", Integer.MAX_VALUE)
        .forEach(row -> statuses.put(row.notification().orderId(), row.status()));
    return statuses;
  }

  private record SimulatedNotifier(Function<String, Telling> telling) implements Notifier {
    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public List<Result> send(List<Notification> notifications) {
      List<Result> results = new ArrayList<>();
      for (Notification notification : notifications) {
        results.add(
            switch (telling.apply(notification.orderId())) {
              case TOLD -> new Result.Sent();
              case REFUSED -> new Result.Refused("simulated: refused");
              case UNREACHABLE -> new Result.Unreachable("simulated: away");
            });
      }
      return results;
    }
  }
}
