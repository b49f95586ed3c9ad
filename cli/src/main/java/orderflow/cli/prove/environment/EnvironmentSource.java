package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.util.Optional;

/** Where the stages of a run come from. Used by one thread. */
public interface EnvironmentSource extends AutoCloseable {
  /**
   * The stage for the next scenario: the last one, unless it was discarded.
   *
   * @throws orderflow.cli.io.CliException when there is none, or what is left of the last scenario
   *     would be mistaken for the next one's
   */
  TestEnvironment environment() throws InterruptedException;

  /**
   * Gives up the last stage, after a scenario that did not pass: no other is played on what is left
   * of it.
   *
   * @return where its logs and databases are kept; empty when it has none of ours
   */
  Optional<Path> discard();

  /** Ends what was started. */
  @Override
  void close();
}
