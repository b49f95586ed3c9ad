package orderflow.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import orderflow.delivery.Handler;
import orderflow.delivery.Signal;
import orderflow.delivery.WorkLoop;
import orderflow.event.InventoryOutcome;
import orderflow.store.Store;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** Lets the simulation into the notification service: its decisions, and what it has on record. */
public final class NotificationTestDriver {
  public static final List<String> SCHEMA =
      Stream.of(NotificationTable.SCHEMA, NotificationTable.GIVEN_UP_SCHEMA)
          .flatMap(List::stream)
          .toList();

  private static final int BATCH = 16;

  /** What a user is told. */
  public record SentContent(
      String orderId, String userId, @Nullable String itemId, @Nullable Integer qty) {}

  /** A notification that is recorded. */
  public record Recorded(SentContent content, String status) {}

  private NotificationTestDriver() {}

  /** What becomes of one notification that is sent. */
  public enum SendResult {
    SENT,
    REFUSED,
    UNREACHABLE
  }

  /** Records whom to tell. */
  public static Handler<InventoryOutcome> reservations(Signal recorded) {
    return new ReservedHandler(recorded);
  }

  /**
   * Tells users.
   *
   * @param telling is asked for each order, and may end the process
   */
  public static WorkLoop sender(
      Store store,
      Signal recorded,
      Function<SentContent, SendResult> telling,
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      MeterRegistry metrics) {
    return new Sender(
        store, new SimulatedNotifier(telling), recorded, clock, nanoTime, random, metrics);
  }

  /** Each notification, by order. */
  public static Map<String, Recorded> notifications(Tx tx) {
    Map<String, Recorded> notifications = new HashMap<>();
    NotificationTable.page(tx, "", Integer.MAX_VALUE)
        .forEach(row ->
            notifications.put(
                row.notification().orderId(),
                new Recorded(told(row.notification()), row.status())));
    return notifications;
  }

  /** Whether it is on record that the user of an order was told. */
  public static boolean isSent(Tx tx, String orderId) {
    return NotificationTable.find(tx, orderId)
        .filter(row -> row.status().equals("sent"))
        .isPresent();
  }

  /** A planted fault: has a notification sent once more. */
  public static void sendAgain(Tx tx, String orderId) {
    tx.update(
        "INSERT INTO unsent (order_id, due_at) VALUES (?, 0) ON CONFLICT (order_id) DO NOTHING",
        orderId);
  }

  private static SentContent told(Notification notification) {
    return new SentContent(
        notification.orderId(), notification.userId(), notification.itemId(), notification.qty());
  }

  private record SimulatedNotifier(Function<SentContent, SendResult> telling) implements Notifier {
    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public List<Result> send(List<Notification> notifications) {
      List<Result> results = new ArrayList<>();
      for (Notification notification : notifications) {
        results.add(
            switch (telling.apply(told(notification))) {
              case SENT -> new Result.Sent();
              case REFUSED -> new Result.Refused("simulated: refused");
              case UNREACHABLE -> new Result.Unreachable("simulated: away");
            });
      }
      return results;
    }
  }
}
