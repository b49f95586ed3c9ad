package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/** A flow that runs already: it is fresh again once its services are ready and its queues empty. */
public final class RemoteEnvironments implements EnvironmentSource {
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(200);

  private final RemoteEnvironment stage;
  private boolean begun;
  private boolean discarded;

  /**
   * @param stage closed with this
   */
  public RemoteEnvironments(RemoteEnvironment stage) {
    this.stage = stage;
  }

  @Override
  public TestEnvironment environment() throws InterruptedException {
    if (!begun) {
      stage.awaitReady();
      begun = true;
    }
    if (discarded) {
      awaitRecovered();
      discarded = false;
    }
    return stage;
  }

  private void awaitRecovered() throws InterruptedException {
    var deadline = new Deadline(DRAIN_LIMIT);
    Optional<String> problem = problem();
    while (problem.isPresent()) {
      if (deadline.isOver()) {
        throw new CliException(
            ExitCode.FAILED,
            "the flow has not recovered from the last scenario within %s: %s"
                .formatted(deadline.waited(), problem.get()));
      }
      Thread.sleep(POLL);
      problem = problem();
    }
  }

  private Optional<String> problem() throws InterruptedException {
    Optional<String> unready = stage.unready();
    if (unready.isPresent()) {
      return unready;
    }
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        long depth = browser.depth(queue).orElse(0);
        if (depth > 0) {
          return Optional.of("%,d messages wait in %s".formatted(depth, queue));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Path> discard() {
    discarded = true;
    return Optional.empty();
  }

  @Override
  public void close() {
    stage.close();
  }
}
