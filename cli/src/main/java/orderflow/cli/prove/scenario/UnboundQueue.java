package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.event.Event.Type;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/**
 * Notification is stopped, and its queue is unbound or deleted. Inventory's events are confirmed
 * nevertheless, because they reach another queue; only a publisher that redeclares the topology
 * restores the binding. Notification loses the events published until then, and those in a deleted
 * queue.
 *
 * <p>AMQP does not list bindings: the queue counts as unbound as long as no message reaches it.
 */
final class UnboundQueue implements Fault {
  private static final Topology.Binding BINDING =
      new Topology.Binding(Topology.INVENTORY_RESERVED, Type.INVENTORY_RESERVED);

  private static final EnvironmentFault NOTIFICATION_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.NOTIFICATION);

  /** Publishers declare the topology every 5 s. */
  private static final Duration REBIND_LIMIT = Duration.ofSeconds(10);

  /** The least time without the binding: a publisher may declare it at once. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  /** Two publishers declare independently, so one of the intervals is long enough. */
  private static final int ATTEMPTS = 5;

  /** For messages routed before the unbind that are not in the queue yet. */
  private static final Duration IN_FLIGHT = Duration.ofMillis(200);

  /** New messages that prove the binding. */
  private static final long BOUND_MESSAGES = 5;

  /** The event recorder receives an event later than the queue. */
  private static final Duration RECORDER_DELAY = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(50);

  /** An event may be in the queue for so long before notification is stopped. */
  private static final Duration HANDLING = Duration.ofSeconds(2);

  private final boolean isDeleted;
  private final List<LossWindow> windows = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private Optional<String> notRebound = Optional.empty();

  /**
   * @param isDeleted whether the queue is deleted, with the messages in it
   */
  UnboundQueue(boolean isDeleted) {
    this.isDeleted = isDeleted;
  }

  @Override
  public String description() {
    return "%s %s, notification stopped"
        .formatted(BINDING.queue(), isDeleted ? "deleted" : "unbound");
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return environment.isShared()
        ? Optional.of("others use this flow, and would lose notifications")
        : environment.unsupported(NOTIFICATION_STOPPED);
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    long before = System.nanoTime() - HANDLING.toNanos();
    environment.inject(NOTIFICATION_STOPPED);
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      for (int i = 0; i < ATTEMPTS && notRebound.isEmpty() && !wasLongEnough(); i++) {
        unbind(environment, browser);
      }
    }
    if (isDeleted) {
      windows.add(new LossWindow(before, windows.getLast().untilNanos()));
    }
  }

  private boolean wasLongEnough() {
    return seconds.stream().anyMatch(length -> length * 1e3 >= LEAST.toMillis());
  }

  private void unbind(TestEnvironment environment, QueueBrowser browser)
      throws InterruptedException {
    long from = System.nanoTime();
    if (isDeleted) {
      environment.broker().deleteQueue(BINDING.queue());
    } else {
      environment.broker().unbindQueue(BINDING);
    }
    Thread.sleep(IN_FLIGHT);
    long depth = depth(browser);
    var limit = new Deadline(REBIND_LIMIT);
    while (depth(browser) < depth + BOUND_MESSAGES && notRebound.isEmpty()) {
      if (limit.isOver()) {
        notRebound =
            Optional.of(
                "%s did not get messages again within %s, though services published to it"
                    .formatted(BINDING.queue(), limit.waited()));
      }
      Thread.sleep(POLL);
    }
    long until = System.nanoTime();
    seconds.add((until - from) / 1e9);
    windows.add(new LossWindow(from, until + RECORDER_DELAY.toNanos()));
  }

  private static long depth(QueueBrowser browser) {
    return browser.depth(BINDING.queue()).orElse(0);
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    environment.heal(NOTIFICATION_STOPPED); // its start declares the binding in any case
    if (notRebound.isPresent()) {
      long from = windows.getLast().untilNanos();
      windows.add(new LossWindow(from, System.nanoTime() + RECORDER_DELAY.toNanos()));
    }
  }

  @Override
  public String requiredEffect() {
    return description()
        + ": no order reaches the queue for %d s or more, and the next ones do"
            .formatted(LEAST.toSeconds());
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return wasLongEnough()
        ? Optional.empty()
        : Optional.of(description() + ": orders reached the queue all along");
  }

  @Override
  public List<LossWindow> lossWindows() {
    return List.copyOf(windows);
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) {
    String times =
        seconds.stream()
            .map(length -> String.format(Locale.ROOT, "%.1f s", length))
            .collect(Collectors.joining(" and "));
    String rebound =
        "%s was %s, and services bound it again after %s"
            .formatted(BINDING.queue(), isDeleted ? "deleted" : "unbound", times);
    return List.of(
        notRebound.map(AssertionResult::wrong).orElse(AssertionResult.of(rebound, true)));
  }
}
