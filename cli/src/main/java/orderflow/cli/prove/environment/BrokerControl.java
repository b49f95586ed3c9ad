package orderflow.cli.prove.environment;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The broker of a test environment, and its faults. */
interface BrokerControl extends AutoCloseable {
  /** Its direct address, without a proxy. */
  URI uri();

  String description();

  /** Why {@code fault} cannot be injected; empty when it can. Called for broker faults only. */
  Optional<String> unsupported(EnvironmentFault fault);

  void inject(EnvironmentFault fault) throws InterruptedException;

  /** Heals it, and returns once the broker answers. */
  void heal(EnvironmentFault fault) throws InterruptedException;

  /** Copies the log to {@code folder}; called before {@link #close}. */
  default void keepLog(Path folder) {}

  @Override
  void close();
}
