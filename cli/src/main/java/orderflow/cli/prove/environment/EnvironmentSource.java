package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.util.Optional;

/** Provides the environments of a run. Used by one thread. */
public interface EnvironmentSource extends AutoCloseable {
  /**
   * The environment for the next scenario: the current one, unless it was discarded.
   *
   * @throws orderflow.cli.io.CliException when there is none, or when effects of the last scenario
   *     would be attributed to the next
   */
  TestEnvironment environment() throws InterruptedException;

  /**
   * Gives up the current environment after a scenario that did not pass.
   *
   * @return the folder that keeps its logs and databases; empty when it has none
   */
  Optional<Path> discard();

  @Override
  void close();
}
