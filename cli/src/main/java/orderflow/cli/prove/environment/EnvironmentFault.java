package orderflow.cli.prove.environment;

import java.util.Optional;
import orderflow.cli.client.ServiceName;

/** What a stage can be asked to break on purpose, and to mend again. */
public sealed interface EnvironmentFault {
  /** For people, such as {@code inventory killed}. */
  String description();

  /** The one service that it hits; empty for what hits all. */
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

  /** The broker makes it. */
  sealed interface OfBroker extends EnvironmentFault {}

  /** A service is stopped in good order; mended by a start. */
  record Stopped(ServiceName service) implements EnvironmentFault {
    @Override
    public String description() {
      return service + " stopped";
    }
  }

  /** A service is ended by SIGKILL; mended by a start. */
  record Killed(ServiceName service) implements EnvironmentFault {
    @Override
    public String description() {
      return service + " killed";
    }
  }

  /** A service stands still, its connections open; mended by letting it go on. */
  record Paused(ServiceName service) implements EnvironmentFault {
    @Override
    public String description() {
      return service + " paused";
    }
  }

  /**
   * Another connection holds the write lock of a service's database, and the service is started and
   * killed again and again; mended by releasing the lock and a start.
   */
  record CrashLoop(ServiceName service, int crashes) implements EnvironmentFault {
    @Override
    public String description() {
      return "%s killed %d times with its database locked".formatted(service, crashes);
    }
  }

  /** The broker is stopped in good order. */
  record BrokerStopped() implements OfBroker {
    @Override
    public String description() {
      return "broker stopped";
    }
  }

  /** The broker is ended by SIGKILL. */
  record BrokerKilled() implements OfBroker {
    @Override
    public String description() {
      return "broker killed";
    }
  }

  /** The broker closes every connection; nothing to mend. */
  record ConnectionsClosed() implements OfBroker {
    @Override
    public String description() {
      return "connections closed by the broker";
    }
  }

  /** The broker is short of something and blocks publishers. */
  record Alarm(Resource resource) implements OfBroker {
    /** What it is short of. */
    public enum Resource {
      MEMORY,
      DISK
    }

    @Override
    public String description() {
      return resource == Resource.MEMORY ? "broker memory alarm" : "broker disk alarm";
    }
  }

  /** A queue holds as many messages as it may, and the broker refuses more. */
  record QueueFull(String queue) implements OfBroker {
    @Override
    public String description() {
      return queue + " full";
    }
  }

  /**
   * A queue is a quorum queue from which the broker drops a message after {@code limit} deliveries.
   * The queue is deleted and declared again, and once more when this is mended, so it must be empty
   * and without producers.
   */
  record DeliveryLimit(String queue, int limit) implements OfBroker {
    @Override
    public String description() {
      return "%s limited to %d deliveries".formatted(queue, limit);
    }
  }

  /** The way between the services and the broker. */
  record Network(Mode trouble) implements EnvironmentFault {
    /** What happens on it. */
    public enum Mode {
      /** Every connection is reset, and so is each new one. */
      RESET("network reset"),
      /** Nothing comes through any more, and nobody is told. */
      BLACK_HOLE("network black hole"),
      /** A few bytes at a time. */
      SLOW("network slow"),
      /** Each connection is cut after some kilobytes: confirms and acks under way are lost. */
      CUT("network cut after some bytes");

      private final String description;

      Mode(String description) {
        this.description = description;
      }
    }

    @Override
    public String description() {
      return trouble.description;
    }
  }

  /** Whoever writes to the disk of a service's store hangs; mended by thawing it. */
  record StoreFrozen(ServiceName service) implements EnvironmentFault {
    @Override
    public String description() {
      return service + "'s disk frozen";
    }
  }

  /** The disk of a service's store is full. */
  record StoreFull(ServiceName service) implements EnvironmentFault {
    @Override
    public String description() {
      return service + "'s disk full";
    }
  }
}
