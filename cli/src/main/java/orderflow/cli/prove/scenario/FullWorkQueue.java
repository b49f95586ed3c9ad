package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.messaging.QueueBrowser;

/** A service is stopped, and its queue becomes full and refuses messages. */
final class FullWorkQueue extends InjectedFault {
  private static final int LENGTH = 100;
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);

  private final String queue;
  private final EnvironmentFault full;
  private final EnvironmentFault stopped;

  FullWorkQueue(String queue, ServiceName consumer) {
    super(new EnvironmentFault.QueueFull(queue, LENGTH));
    this.queue = queue;
    this.full = new EnvironmentFault.QueueFull(queue, LENGTH);
    this.stopped = new EnvironmentFault.Stopped(consumer);
  }

  @Override
  public String description() {
    return stopped.description() + ", " + full.description();
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return environment.unsupported(full).or(() -> environment.unsupported(stopped));
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    awaitAlmostEmpty(environment); // the new limit must drop no message
    environment.inject(full);
    environment.inject(stopped);
  }

  private void awaitAlmostEmpty(TestEnvironment environment) throws InterruptedException {
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      var limit = new Deadline(IDLE_LIMIT);
      while (browser.depth(queue).orElse(0) > 0 && !limit.isOver()) {
        Thread.sleep(POLL);
      }
    }
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    environment.heal(full);
    environment.heal(stopped);
  }
}
