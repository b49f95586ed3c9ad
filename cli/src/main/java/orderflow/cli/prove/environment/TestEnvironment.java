package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;
import orderflow.messaging.RabbitBroker;

/**
 * A flow that scenarios run on: clients of its parts, and the faults that can be injected. Not
 * every environment supports every fault. Used by one thread.
 */
public interface TestEnvironment extends AutoCloseable {
  /** For a service that is asked whether it is ready. */
  Duration ANSWER_LIMIT = Duration.ofSeconds(15);

  /** Human-readable: broker and services. */
  String description();

  /** The broker, over a connection that no fault affects. */
  RabbitBroker broker();

  /** Clients of the services, closed with this. */
  ServiceClients services();

  default OrderClient orders() {
    return services().orders();
  }

  default InventoryClient inventory() {
    return services().inventory();
  }

  default NotificationClient notifications() {
    return services().notifications();
  }

  /** Whether others use the flow too, so that leftovers stay in it. */
  default boolean isShared() {
    return false;
  }

  /** A new client for the health of a service, to be closed by the caller. */
  default HealthClient health(ServiceName service) {
    return services().health(service);
  }

  /** What can be observed of a service, beside broker traffic. */
  default ServiceView view(ServiceName service) {
    return ServiceView.OWN;
  }

  /** Whether a service consumes {@code queue}: one that is not ours may ignore outcomes. */
  default boolean isConsumed(String queue) {
    return true;
  }

  /** The first service whose process has ended, with its last log line; empty when none has. */
  default Optional<String> ended() {
    return Optional.empty();
  }

  /** Observes a service from outside, to be closed by the caller. */
  default ServiceProbe probe(ServiceName service) {
    return ServiceProbe.of(health(service));
  }

  /** The first service that is not ready, and the reason; empty when all are. */
  default Optional<String> unready() throws InterruptedException {
    for (ServiceName service : ServiceName.values()) {
      try (ServiceProbe probe = probe(service)) {
        HealthClient.Readiness readiness = probe.readiness(ANSWER_LIMIT);
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

  /** Why {@link #startCommand} is not possible; empty when it is. */
  default Optional<String> commandsUnsupported() {
    return Optional.of("others use this flow and its dead letters");
  }

  /**
   * Starts a command of this program for this broker in a process of its own.
   *
   * @param slowly whether the network between it and the broker is slow
   */
  default Process startCommand(List<String> arguments, boolean slowly) {
    throw new UnsupportedOperationException(arguments.toString());
  }

  /** Kills a command, and drops what a slow network has not carried yet. */
  default void killCommand(Process command) throws InterruptedException {
    throw new UnsupportedOperationException(command.toString());
  }

  /** Why {@code fault} cannot be injected here; empty when it can. */
  Optional<String> unsupported(EnvironmentFault fault);

  /** Prepares services for {@code fault} before the first order. */
  default void setUp(EnvironmentFault fault) throws InterruptedException {}

  /** Undoes {@link #setUp}. */
  default void tearDown(EnvironmentFault fault) throws InterruptedException {}

  /** Injects {@code fault}, and returns once it is in effect. */
  void inject(EnvironmentFault fault) throws InterruptedException;

  /**
   * Heals {@code fault}, and returns once all services are ready again; at once while another fault
   * lasts.
   */
  void heal(EnvironmentFault fault) throws InterruptedException;

  /** The part of an effect that only this can observe and did not; empty when it did. */
  default Optional<String> missingEffect(EnvironmentFault fault) {
    return Optional.empty();
  }

  /** What each service holds now; empty where it cannot be read. */
  default List<ServiceResources> resources() throws InterruptedException {
    return List.of();
  }

  /** Releases {@code fault} without waiting for any service, before the environment is closed. */
  default void release(EnvironmentFault fault) {}

  /** Stops all that it started. */
  @Override
  void close();
}
