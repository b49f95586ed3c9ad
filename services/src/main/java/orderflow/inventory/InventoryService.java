package orderflow.inventory;

import java.util.List;
import orderflow.service.RecordTotals;
import orderflow.service.RunningService;
import orderflow.service.ServiceParts;
import orderflow.service.ServiceSettings;

/** The inventory service's parts list. */
public final class InventoryService {
  public static final int DEFAULT_PORT = 8002;

  private static final List<String> OUTCOMES = List.of("reserved", "failed");

  private InventoryService() {}

  /**
   * Starts it; the broker need not be there yet.
   *
   * @throws orderflow.store.StoreException when its store cannot be opened
   * @throws orderflow.http.PortInUseException when its port is taken
   */
  public static RunningService start(ServiceSettings settings, FaultInjection knobs) {
    var parts =
        new ServiceParts(
            "inventory",
            settings,
            List.of(ReservationTable.SCHEMA, StockTable.SCHEMA),
            List.of(),
            List.of(RecordTotals.of("reservations", "status", OUTCOMES)),
            List.of());
    return RunningService.of(
        parts,
        () -> {
          parts.totals(OUTCOMES);
          parts.startEventRelay();
          parts.startTopologyKeeper();
          parts.startConsumer(
              new OrderPlacedHandler(
                  parts.outbox(),
                  knobs.failMode().predicate(knobs.failProbability(), settings.random()),
                  parts.metrics()),
              subscription ->
                  knobs.delay().isZero()
                      ? subscription
                      : new DelayedSubscription(subscription, knobs.delay()));
          parts.startHttp(new InventoryEndpoints(parts.requestStore()).routes());
        });
  }
}
