package orderflow.cli.control;

import java.time.Duration;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.Services;
import orderflow.cli.scenario.Stage;
import orderflow.messaging.RabbitBroker;

/** A flow that is there already; this only meets it. */
abstract class RemoteStage implements Stage {
  static final Duration READY_LIMIT = Duration.ofMinutes(5);

  private final RabbitBroker broker;
  private final ServiceClients services;

  RemoteStage(RabbitBroker broker, Services services) {
    this.broker = broker;
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

  @Override
  public void close() {
    services.close();
  }
}
