package orderflow.cli.prove.environment;

import java.time.Duration;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.RabbitBroker;

/** A flow that is there already; this only meets it. */
public abstract class RemoteEnvironment implements TestEnvironment {
  static final Duration READY_LIMIT = Duration.ofMinutes(5);

  private final RabbitBroker broker;
  private final Services addresses;
  private final ServiceClients services;

  RemoteEnvironment(RabbitBroker broker, Services services) {
    this.broker = broker;
    this.addresses = services;
    this.services = new ServiceClients(services);
  }

  final ServiceClients services() {
    return services;
  }

  @Override
  public final RabbitBroker broker() {
    return broker;
  }

  @Override
  public final boolean isShared() {
    return true;
  }

  @Override
  public final HealthClient health(ServiceName service) {
    return addresses.health(service);
  }

  @Override
  public final OrderClient orders() {
    return services.orders();
  }

  @Override
  public final InventoryClient inventory() {
    return services.inventory();
  }

  @Override
  public final NotificationClient notifications() {
    return services.notifications();
  }

  /** Waits until all services are ready. */
  final void awaitReady() throws InterruptedException {
    services.awaitReady(READY_LIMIT, _ -> {}, ExitCode.UNREACHABLE);
  }

  @Override
  public void close() {
    services.close();
  }
}
