package orderflow.inventory;

import java.util.List;
import orderflow.service.RecordTotals;
import orderflow.service.RunningService;
import orderflow.service.ServiceParts;
import orderflow.service.ServiceSettings;

/** Starts the inventory service. */
public final class InventoryService {
  public static final int DEFAULT_PORT = 8002;

  private static final List<String> OUTCOMES = List.of("reserved", "failed");

  private InventoryService() {}

  /**
   * Starts it; the broker may start later.
   *
   * @throws orderflow.store.StoreException when its store cannot be opened
   * @throws orderflow.http.PortInUseException when its port is taken
   */
  public static RunningService start(ServiceSettings settings, FaultInjection faults) {
    var parts =
        new ServiceParts(
            "inventory",
            settings,
            List.of(ReservationTable.SCHEMA, StockTable.SCHEMA),
            List.of(),
            List.of(RecordTotals.of("reservations", "status", OUTCOMES)),
            List.of());
    return parts.start(() -> {
      parts.totals(OUTCOMES);
      parts.startEventRelay();
      parts.startConsumer(
          new OrderPlacedHandler(
              parts.outbox(),
              faults.failMode().predicate(faults.failProbability(), settings.random())),
          subscription ->
              faults.delay().isZero()
                  ? subscription
                  : new DelayedSubscription(subscription, faults.delay()));
      parts.startHttp(new InventoryEndpoints(parts.requestStore()).routes());
    });
  }
}
