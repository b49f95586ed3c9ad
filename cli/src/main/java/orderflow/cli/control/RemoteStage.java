package orderflow.cli.control;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.scenario.Stage;
import orderflow.messaging.RabbitBroker;

/** A flow that is there already; this only meets it. */
abstract class RemoteStage implements Stage {
  static final Duration READY_LIMIT = Duration.ofMinutes(5);

  private final RabbitBroker broker;
  private final ServiceClients services;

  RemoteStage(RabbitBroker broker, Map<ServiceName, URI> urls) {
    this.broker = broker;
    this.services = new ServiceClients(urls);
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
