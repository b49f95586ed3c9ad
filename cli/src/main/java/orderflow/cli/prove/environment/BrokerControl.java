package orderflow.cli.prove.environment;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** A hand on the broker. */
interface BrokerControl extends AutoCloseable {
  /** Where it is, directly. */
  URI uri();

  /** For people, such as {@code embedded, durable}. */
  String description();

  /** Why {@code fault} cannot be made; empty when it can. Asked for the broker's faults only. */
  Optional<String> unsupported(EnvironmentFault fault);

  void inject(EnvironmentFault fault) throws InterruptedException;

  /** Mends it, and returns once the broker answers. */
  void heal(EnvironmentFault fault) throws InterruptedException;

  /** Copies what tells how it went to {@code folder}; to be called before it is closed. */
  default void keepLog(Path folder) {}

  @Override
  void close();
}
