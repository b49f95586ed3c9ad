package orderflow.cli.embedded;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import orderflow.cli.client.ServiceName;
import orderflow.inventory.FaultInjection;
import orderflow.inventory.InventoryService;
import orderflow.notification.NotificationService;
import orderflow.notification.NotifierSettings;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;

/** The three services in this process; each can be stopped and started again. Not thread-safe. */
public final class EmbeddedFlow implements AutoCloseable {
  public static final Map<ServiceName, Integer> FREE_PORTS =
      Map.of(ServiceName.ORDER, 0, ServiceName.INVENTORY, 0, ServiceName.NOTIFICATION, 0);

  private static final long OUTBOX_LIMIT = 10_000_000;

  private final IntFunction<ServiceSettings> settings;
  private final NotifierSettings notifier;
  private final Map<ServiceName, Integer> ports;
  private final Map<ServiceName, RunningService> running = new EnumMap<>(ServiceName.class);

  private EmbeddedFlow(
      IntFunction<ServiceSettings> settings,
      NotifierSettings notifier,
      Map<ServiceName, Integer> ports) {
    this.settings = settings;
    this.notifier = notifier;
    this.ports = new EnumMap<>(ports);
  }

  /**
   * Starts all three services.
   *
   * @param settings of a service, given its port
   * @throws orderflow.store.StoreException when a store cannot be opened
   * @throws orderflow.http.PortInUseException when a port is taken
   */
  public static EmbeddedFlow start(
      IntFunction<ServiceSettings> settings,
      NotifierSettings notifier,
      Map<ServiceName, Integer> ports) {
    var flow = new EmbeddedFlow(settings, notifier, ports);
    boolean started = false;
    try {
      List.of(ServiceName.values()).forEach(flow::start);
      started = true;
      return flow;
    } finally {
      if (!started) {
        flow.close();
      }
    }
  }

  /** Starts a stopped service; from its second start on it keeps its port. */
  public void start(ServiceName name) {
    ServiceSettings its = settings.apply(Objects.requireNonNull(ports.get(name)));
    RunningService service =
        switch (name) {
          case ORDER -> OrderService.start(its, OUTBOX_LIMIT);
          case INVENTORY -> InventoryService.start(its, FaultInjection.NONE);
          case NOTIFICATION -> NotificationService.start(its, notifier);
        };
    ports.put(name, service.uri().getPort());
    running.put(name, service);
  }

  public void stop(ServiceName name) {
    RunningService service = running.remove(name);
    if (service != null) {
      service.close();
    }
  }

  public RunningService service(ServiceName name) {
    return Objects.requireNonNull(running.get(name), () -> name + " does not run");
  }

  /** Whether all services run and are ready. */
  public boolean isReady() {
    return running.size() == ServiceName.values().length
        && running.values().stream().allMatch(RunningService::isReady);
  }

  /** Stops all services, in the order of the flow. */
  @Override
  public void close() {
    List.of(ServiceName.values()).forEach(this::stop);
  }
}
