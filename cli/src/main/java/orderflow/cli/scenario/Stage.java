package orderflow.cli.scenario;

import java.util.Optional;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.messaging.RabbitBroker;

/**
 * A flow that scenarios can play on: where its parts are, and a hand on them. Not every stage can
 * make every fault. Used by one thread.
 */
public interface Stage extends AutoCloseable {
  /** For people: what it is made of. */
  String description();

  /** The broker, by a way that no fault of this stage touches. */
  RabbitBroker broker();

  OrderClient orders();

  InventoryClient inventory();

  NotificationClient notifications();

  /** Why {@code fault} cannot be made here, in a line; empty when it can. */
  Optional<String> unable(Fault fault);

  /** Makes {@code fault}, and returns once it is there. */
  void inject(Fault fault) throws InterruptedException;

  /** Mends {@code fault}, and returns once all services are ready again. */
  void heal(Fault fault) throws InterruptedException;

  /** Ends what it started. */
  @Override
  void close();
}
