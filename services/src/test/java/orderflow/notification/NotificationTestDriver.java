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

/** Gives the simulation access to the notification service's package-private classes. */
public final class NotificationTestDriver {
  public static final List<String> SCHEMA =
      Stream.of(NotificationTable.SCHEMA, NotificationTable.GIVEN_UP_SCHEMA)
          .flatMap(List::stream)
          .toList();

  private static final int BATCH = 16;

  /** The content of a notification. */
  public record SentContent(
      String orderId, String userId, @Nullable String itemId, @Nullable Integer qty) {}

  /** A notification that is recorded. */
  public record Recorded(SentContent content, String status) {}

  private NotificationTestDriver() {}

  /** The result of sending one notification. */
  public enum SendResult {
    SENT,
    REFUSED,
    UNREACHABLE
  }

  /** Records a notification for each reserved order. */
  public static Handler<InventoryOutcome> reservedHandler(Signal recorded) {
    return new ReservedHandler(recorded);
  }

  /**
   * Sends notifications.
   *
   * @param notifier called for each notification; may throw a simulated crash
   */
  public static WorkLoop sender(
      Store store,
      Signal recorded,
      Function<SentContent, SendResult> notifier,
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      MeterRegistry metrics) {
    return new Sender(
        store, new SimulatedNotifier(notifier), recorded, clock, nanoTime, random, metrics);
  }

  /** All notifications by order id. */
  public static Map<String, Recorded> notifications(Tx tx) {
    Map<String, Recorded> notifications = new HashMap<>();
    NotificationTable.page(tx, "", Integer.MAX_VALUE)
        .forEach(row ->
            notifications.put(
                row.notification().orderId(),
                new Recorded(content(row.notification()), row.status())));
    return notifications;
  }

  /** Whether the notification of an order is recorded as sent. */
  public static boolean isSent(Tx tx, String orderId) {
    return NotificationTable.find(tx, orderId)
        .filter(row -> row.status().equals("sent"))
        .isPresent();
  }

  /** A planted fault: queues a notification again, so that it is sent twice. */
  public static void sendAgain(Tx tx, String orderId) {
    tx.update(
        "INSERT INTO unsent (order_id, due_at) VALUES (?, 0) ON CONFLICT (order_id) DO NOTHING",
        orderId);
  }

  private static SentContent content(Notification notification) {
    return new SentContent(
        notification.orderId(), notification.userId(), notification.itemId(), notification.qty());
  }

  private record SimulatedNotifier(Function<SentContent, SendResult> notifier) implements Notifier {
    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public List<Result> send(List<Notification> notifications) {
      List<Result> results = new ArrayList<>();
      for (Notification notification : notifications) {
        results.add(
            switch (notifier.apply(content(notification))) {
              case SENT -> new Result.Sent();
              case REFUSED -> new Result.Refused("simulated: refused");
              case UNREACHABLE -> new Result.Unreachable("simulated: unreachable");
            });
      }
      return results;
    }
  }
}
