package orderflow.order;

import java.util.List;
import java.util.function.UnaryOperator;
import orderflow.service.RecordTotals;
import orderflow.service.RunningService;
import orderflow.service.ServiceParts;
import orderflow.service.ServiceSettings;

/** The order service's parts list. */
public final class OrderService {
  public static final int DEFAULT_PORT = 8001;

  private static final List<String> ACCEPTED = List.of("accepted");
  private static final List<String> OUTCOMES = List.of("reserved", "failed");

  private OrderService() {}

  /**
   * Starts it; the broker need not be there yet.
   *
   * @param outboxLimit how many events may wait for the broker before orders are refused
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
    return RunningService.of(
        parts,
        () -> {
          parts.totals(ACCEPTED);
          parts.totals(OUTCOMES);
          parts.startEventRelay();
          parts.startTopologyKeeper();
          parts.startConsumer(new OutcomeHandler(parts.metrics()), UnaryOperator.identity());
          var acceptance = new OrderAcceptor(parts.outbox(), outboxLimit);
          var commits =
              new GroupCommit(
                  parts.store(),
                  parts.outbox(),
                  acceptance,
                  settings.clock(),
                  parts.metrics(),
                  parts.condition("store"));
          parts.closing(commits);
          parts.startHttp(
              new OrderEndpoints(parts.requestStore(), parts.outbox(), commits).routes());
        });
  }
}
