package orderflow.cli.prove.environment;

import java.util.Optional;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;
import orderflow.messaging.RabbitBroker;

/**
 * A flow that scenarios can play on: where its parts are, and a hand on them. Not every stage can
 * make every fault. Used by one thread.
 */
public interface TestEnvironment extends AutoCloseable {
  /** For people: what it is made of. */
  String description();

  /** The broker, by a way that no fault of this stage touches. */
  RabbitBroker broker();

  OrderClient orders();

  InventoryClient inventory();

  NotificationClient notifications();

  /** Whether others use it too, and what is left in it stays. */
  default boolean isShared() {
    return false;
  }

  /** How a service says that it is. Whoever asks for it closes it. */
  HealthClient health(ServiceName service);

  /** Which service is not ready, and why, for people; empty when all are. */
  default Optional<String> unready() throws InterruptedException {
    for (ServiceName service : ServiceName.values()) {
      try (HealthClient client = health(service)) {
        HealthClient.Readiness readiness = client.readiness();
        if (!readiness.ready()) {
          return Optional.of(
              "the %s service %s"
                  .formatted(
                      service,
                      readiness.reachable()
                          ? "is not ready: " + readiness.checks()
                          : "does not answer"));
        }
      }
    }
    return Optional.empty();
  }

  /** Why {@code fault} cannot be made here, in a line; empty when it can. */
  Optional<String> unsupported(EnvironmentFault fault);

  /** Makes {@code fault}, and returns once it is there. */
  void inject(EnvironmentFault fault) throws InterruptedException;

  /** Mends {@code fault}, and returns once all services are ready again. */
  void heal(EnvironmentFault fault) throws InterruptedException;

  /** Lets go of {@code fault} at once, waiting for no service; what it hit may be ended next. */
  default void release(EnvironmentFault fault) {}

  /** Ends what it started. */
  @Override
  void close();
}
