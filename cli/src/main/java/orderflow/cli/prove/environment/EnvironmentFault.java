package orderflow.cli.prove.environment;

import java.util.Optional;
import orderflow.cli.client.ServiceName;

/** A fault that a test environment injects and heals. */
public sealed interface EnvironmentFault {
  /** Human-readable, for example {@code inventory killed}. */
  default String description() {
    return switch (this) {
      case Stopped(var service) -> service + " stopped";
      case Killed(var service) -> service + " killed";
      case Paused(var service) -> service + " paused";
      case CrashLoop(var service, int crashes) ->
          "%s killed %d times with its database locked".formatted(service, crashes);
      case StoreFull(var service) -> service + "'s disk full";
      case StoreFrozen(var service) -> service + "'s disk frozen";
      case BrokerStopped() -> "broker stopped";
      case BrokerKilled() -> "broker killed";
      case ConnectionsClosed() -> "connections closed by the broker";
      case Alarm(var resource) ->
          resource == Alarm.Resource.MEMORY ? "broker memory alarm" : "broker disk alarm";
      case QueueFull(var queue) -> queue + " full";
      case DeliveryLimit(var queue, int limit) ->
          "%s limited to %d deliveries".formatted(queue, limit);
      case Network(var mode) -> mode.description;
    };
  }

  /** The one service that it hits; empty when it hits all. */
  default Optional<ServiceName> target() {
    return switch (this) {
      case Stopped(var service) -> Optional.of(service);
      case Killed(var service) -> Optional.of(service);
      case Paused(var service) -> Optional.of(service);
      case CrashLoop(var service, _) -> Optional.of(service);
      case StoreFull(var service) -> Optional.of(service);
      case StoreFrozen(var service) -> Optional.of(service);
      case OfBroker _, Network _ -> Optional.empty();
    };
  }

  /** A fault of the broker. */
  sealed interface OfBroker extends EnvironmentFault {}

  /** A service is stopped with SIGTERM; healed by a start. */
  record Stopped(ServiceName service) implements EnvironmentFault {}

  /** A service is killed with SIGKILL; healed by a start. */
  record Killed(ServiceName service) implements EnvironmentFault {}

  /** A service is suspended, its connections stay open. */
  record Paused(ServiceName service) implements EnvironmentFault {}

  /**
   * Another connection holds the write lock of a service's database while the service is started
   * and killed repeatedly; healed by releasing the lock and a start.
   */
  record CrashLoop(ServiceName service, int crashes) implements EnvironmentFault {}

  /** Writes to the disk of a service's store hang. */
  record StoreFrozen(ServiceName service) implements EnvironmentFault {}

  /** The disk of a service's store is full. */
  record StoreFull(ServiceName service) implements EnvironmentFault {}

  /** The broker is stopped. */
  record BrokerStopped() implements OfBroker {}

  /** The broker is killed with SIGKILL. */
  record BrokerKilled() implements OfBroker {}

  /** The broker closes every connection; there is nothing to heal. */
  record ConnectionsClosed() implements OfBroker {}

  /** The broker lacks a resource and blocks publishers. */
  record Alarm(Resource resource) implements OfBroker {
    /** The resource. */
    public enum Resource {
      MEMORY,
      DISK
    }
  }

  /** A queue is at its length limit, and the broker rejects further messages. */
  record QueueFull(String queue) implements OfBroker {}

  /**
   * A queue is a quorum queue from which the broker drops a message after {@code limit} deliveries.
   * The queue is deleted and declared again, also when this is healed: it must be empty and have no
   * producers.
   */
  record DeliveryLimit(String queue, int limit) implements OfBroker {}

  /** The network between the services and the broker. */
  record Network(Mode mode) implements EnvironmentFault {
    /** How it misbehaves. */
    public enum Mode {
      /** Every connection is reset, new ones too. */
      RESET("network reset"),
      /** Packets are dropped silently. */
      BLACK_HOLE("network black hole"),
      /** A few bytes at a time. */
      SLOW("network slow"),
      /** Each connection is cut after some kilobytes: confirms and acks in flight are lost. */
      CUT("network cut after some bytes");

      private final String description;

      Mode(String description) {
        this.description = description;
      }
    }
  }
}
