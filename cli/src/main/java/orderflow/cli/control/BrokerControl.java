package orderflow.cli.control;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import orderflow.cli.scenario.Fault;

/** A hand on the broker. */
interface BrokerControl extends AutoCloseable {
  /** Where it is, directly. */
  URI uri();

  /** For people, such as {@code embedded, durable}. */
  String description();

  /** Why {@code fault} cannot be made; empty when it can. Asked for the broker's faults only. */
  Optional<String> unable(Fault fault);

  void inject(Fault fault) throws InterruptedException;

  /** Mends it, and returns once the broker answers. */
  void heal(Fault fault) throws InterruptedException;

  /** Copies what tells how it went to {@code folder}; to be called before it is closed. */
  default void keepLog(Path folder) {}

  @Override
  void close();
}
