package orderflow.order;

import java.util.List;
import java.util.function.UnaryOperator;
import orderflow.delivery.Activity;
import orderflow.service.RecordTotals;
import orderflow.service.RunningService;
import orderflow.service.ServiceParts;
import orderflow.service.ServiceSettings;

/** Starts the order service. */
public final class OrderService {
  public static final int DEFAULT_PORT = 8001;

  private static final List<String> ACCEPTED = List.of("accepted");
  private static final List<String> OUTCOMES = List.of("reserved", "failed");

  private OrderService() {}

  /**
   * Starts it; the broker may start later.
   *
   * @param outboxLimit orders are refused while this many events wait for the broker
   * @throws orderflow.store.StoreException when its store cannot be opened
   * @throws orderflow.http.PortInUseException when its port is taken
   */
  public static RunningService start(ServiceSettings settings, long outboxLimit) {
    var parts =
        new ServiceParts(
            "order",
            settings,
            List.of(OrderTable.SCHEMA),
            List.of(OrderTable.OUTBOX_SCHEMA),
            List.of(
                RecordTotals.of("orders", "'accepted'", ACCEPTED),
                RecordTotals.of("outcomes", "status", OUTCOMES)),
            List.of());
    return parts.start(() -> {
      parts.totals(ACCEPTED);
      parts.totals(OUTCOMES);
      parts.startEventRelay();
      parts.startConsumer(new OutcomeHandler(), UnaryOperator.identity());
      var commits =
          new GroupCommit(
              parts.store(),
              parts.outbox(),
              new OrderAcceptor(parts.outbox(), outboxLimit),
              settings.clock(),
              parts.metrics(),
              parts.check("store"),
              new Activity(System::nanoTime));
      parts.closedLast(commits);
      parts.startHttp(new OrderEndpoints(parts.requestStore(), parts.outbox(), commits).routes());
    });
  }
}
