package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.failpoint.Failpoint;

/** A fault that a test environment injects and heals. */
public sealed interface EnvironmentFault {
  /** Human-readable, for example {@code inventory killed}. */
  default String description() {
    return switch (this) {
      case Stopped(var service) -> service + " stopped";
      case Killed(var service) -> service + " killed";
      case Paused(var service) -> service + " paused";
      case CrashAt(var service, var point, int pass) ->
          "%s crashes at %s, pass %d".formatted(service, point, pass);
      case CrashLoop(var service, int crashes) ->
          "%s killed %d times with its database locked".formatted(service, crashes);
      case StoreFull(var service) -> service + "'s disk full";
      case StoreFrozen(var service) -> service + "'s disk frozen";
      case StoreLocked(var service) -> service + "'s database locked";
      case Configured(_, String how, _) -> how;
      case PowerCut(var service) -> "power cut for " + service;
      case CommitsFail(var service) -> service + "'s commits fail";
      case SyncsHang(var service) -> service + "'s syncs hang";
      case ClockShifted(var service, Duration shift) ->
          "%s's clock %d s %s"
              .formatted(
                  service, Math.abs(shift.toSeconds()), shift.isNegative() ? "behind" : "ahead");
      case BrokerStopped() -> "broker stopped";
      case BrokerKilled() -> "broker killed";
      case ConnectionsClosed() -> "connections closed by the broker";
      case Alarm(var resource) ->
          resource == Alarm.Resource.MEMORY ? "broker memory alarm" : "broker disk alarm";
      case QueueFull(var queue, _) -> queue + " full";
      case DeliveryLimit(var queue, int limit) ->
          "%s limited to %d deliveries".formatted(queue, limit);
      case Network(var mode) -> mode.description;
    };
  }

  /** The one service that cannot work meanwhile; empty when all, or none, are hit. */
  default Optional<ServiceName> target() {
    return switch (this) {
      case Stopped(var service) -> Optional.of(service);
      case Killed(var service) -> Optional.of(service);
      case Paused(var service) -> Optional.of(service);
      case CrashAt(var service, _, _) -> Optional.of(service);
      case CrashLoop(var service, _) -> Optional.of(service);
      case StoreFull(var service) -> Optional.of(service);
      case StoreFrozen(var service) -> Optional.of(service);
      case StoreLocked(var service) -> Optional.of(service);
      case PowerCut(var service) -> Optional.of(service);
      case CommitsFail(var service) -> Optional.of(service);
      case SyncsHang(var service) -> Optional.of(service);
      case OfBroker _, Network _, Configured _, ClockShifted _ -> Optional.empty();
    };
  }

  /** Whether a service may not be ready as long as it lasts. */
  default boolean preventsReadiness() {
    return !(this instanceof DeliveryLimit
        || this instanceof Configured
        || this instanceof ClockShifted);
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
   * A service is killed, and started so that it crashes when it passes a point for the {@code
   * pass}-th time; healed by a start without that.
   */
  record CrashAt(ServiceName service, Failpoint point, int pass) implements EnvironmentFault {}

  /**
   * Another connection holds the write lock of a service's database while the service is started
   * and killed repeatedly; healed by releasing the lock and a start.
   */
  record CrashLoop(ServiceName service, int crashes) implements EnvironmentFault {}

  /** Writes to the disk of a service's store hang. */
  record StoreFrozen(ServiceName service) implements EnvironmentFault {}

  /** The disk of a service's store is full. */
  record StoreFull(ServiceName service) implements EnvironmentFault {}

  /** Another connection holds the write lock of a service's database. */
  record StoreLocked(ServiceName service) implements EnvironmentFault {}

  /**
   * A service runs with other environment variables; it is restarted for that.
   *
   * @param how human-readable
   */
  record Configured(ServiceName service, String how, Map<String, String> variables)
      implements EnvironmentFault {
    public Configured {
      variables = Map.copyOf(variables);
    }
  }

  /** A fault that needs a service that was started for it: see {@link TestEnvironment#setUp}. */
  sealed interface OfLibrary extends EnvironmentFault {
    ServiceName service();
  }

  /**
   * A service is killed, and all that it has written and not synced is taken back; healed by a
   * start.
   */
  record PowerCut(ServiceName service) implements OfLibrary {}

  /** A service's transactions fail when they are committed: no space is left. */
  record CommitsFail(ServiceName service) implements OfLibrary {}

  /** A service's writes hang when they are synced. */
  record SyncsHang(ServiceName service) implements OfLibrary {}

  /** The wall clock of a service jumps. */
  record ClockShifted(ServiceName service, Duration shift) implements OfLibrary {}

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

  /**
   * A queue is limited to {@code length} messages, and the broker rejects further ones. It must
   * have fewer: RabbitMQ drops messages beyond a new limit.
   */
  record QueueFull(String queue, int length) implements OfBroker {}

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
      /** Every connection is reset, and new ones are refused: nothing listens. */
      REFUSED("broker address refuses connections"),
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
