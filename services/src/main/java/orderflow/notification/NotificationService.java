package orderflow.notification;

import java.util.List;
import java.util.function.UnaryOperator;
import orderflow.delivery.Signal;
import orderflow.service.RecordTotals;
import orderflow.service.RunningService;
import orderflow.service.ServiceParts;
import orderflow.service.ServiceSettings;

/** Starts the notification service. */
public final class NotificationService {
  public static final int DEFAULT_PORT = 8003;

  private static final List<String> STATES = List.of("sent", "pending", "given_up");

  private NotificationService() {}

  /**
   * Starts it; the broker may start later.
   *
   * @throws orderflow.store.StoreException when its store cannot be opened
   * @throws orderflow.http.PortInUseException when its port is taken
   */
  public static RunningService start(ServiceSettings settings, NotifierSettings notifier) {
    var parts =
        new ServiceParts(
            "notification",
            settings,
            List.of(NotificationTable.SCHEMA),
            List.of(),
            List.of(RecordTotals.of("notifications", "status", STATES)),
            List.of(NotificationTable.GIVEN_UP_SCHEMA));
    return parts.start(() -> {
      var recorded = new Signal();
      parts.totals(STATES);
      parts.gauge(
          "orderflow.notifications.unsent",
          "Notifications that are recorded and neither sent nor given up; "
              + NotificationTable.MAX_COUNTED
              + " stands for so many or more",
          NotificationTable::unsent);
      parts.gauge(
          "orderflow.notifications.given.up",
          "Notifications that were given up and can be sent again; "
              + NotificationTable.MAX_COUNTED
              + " stands for so many or more",
          NotificationTable::countGivenUp);
      parts.startWorker(
          "sender",
          () ->
              new Sender(
                  parts.store(),
                  notifier.open(settings.clock()),
                  recorded,
                  settings.clock(),
                  System::nanoTime,
                  settings.random(),
                  parts.metrics()));
      parts.startConsumer(new ReservedHandler(recorded), UnaryOperator.identity());
      parts.startHttp(
          new NotificationEndpoints(parts.requestStore(), settings.clock(), recorded).routes());
    });
  }
}
