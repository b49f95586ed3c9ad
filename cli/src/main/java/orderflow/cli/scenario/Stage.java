package orderflow.cli.scenario;

import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.messaging.RabbitBroker;

/**
 * A flow that scenarios can play on: where its parts are, and a hand on its services. Other kinds
 * of stage (child processes, containers, an operator) implement the same.
 */
public interface Stage {
  RabbitBroker broker();

  OrderClient orders();

  InventoryClient inventory();

  NotificationClient notifications();

  /** Stops a service in good order, and returns once it is gone. */
  void stop(ServiceName service);

  /** Starts it again, and returns once it is ready. */
  void start(ServiceName service) throws InterruptedException;
}
