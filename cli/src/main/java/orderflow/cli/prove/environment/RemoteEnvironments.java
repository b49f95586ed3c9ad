package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/**
 * One running flow for all scenarios: after one that did not pass, the next starts once the
 * services are ready and the queues empty.
 */
public final class RemoteEnvironments implements EnvironmentSource {
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(200);

  private final RemoteEnvironment environment;
  private boolean started;
  private boolean discarded;

  /**
   * @param environment closed with this
   */
  public RemoteEnvironments(RemoteEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public TestEnvironment environment() throws InterruptedException {
    if (!started) {
      environment.awaitReady();
      started = true;
    }
    if (discarded) {
      awaitRecovered();
      discarded = false;
    }
    return environment;
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
    Optional<String> unready = environment.unready();
    if (unready.isPresent()) {
      return unready;
    }
    try (QueueBrowser browser = environment.broker().openBrowser()) {
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
    environment.close();
  }
}
