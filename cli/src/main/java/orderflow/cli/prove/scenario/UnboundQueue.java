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
 * Notification is stopped, and its queue loses its binding. Inventory's events are confirmed all
 * the same, by way of another queue, so nothing but the topology that publishers declare again
 * every few seconds brings the binding back. What is published until then is lost for notification.
 *
 * <p>AMQP does not show bindings: the queue is cut off as long as no message reaches it.
 */
final class UnboundQueue implements Fault {
  private static final Topology.Binding BINDING =
      new Topology.Binding(Topology.INVENTORY_RESERVED, Type.INVENTORY_RESERVED);

  private static final EnvironmentFault NOTIFICATION_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.NOTIFICATION);

  /** Publishers declare the topology every 5 s. */
  private static final Duration BOUND_AGAIN_LIMIT = Duration.ofSeconds(10);

  /** The least time without binding: a publisher may declare it again at once. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  /**
   * Two publishers declare independently, so some pause between two declarations is long enough.
   */
  private static final int ATTEMPTS = 5;

  /** For what was published before the binding went, and arrives in the queue afterwards. */
  private static final Duration UNDER_WAY = Duration.ofMillis(200);

  /** So many new messages show that the queue is bound. */
  private static final long SHOWS_BOUND = 5;

  /** The recorder hears an event later than the queue gets it. */
  private static final Duration HEARD_LATER = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(50);

  private final List<LossWindow> gaps = new ArrayList<>();
  private final List<Double> seconds = new ArrayList<>();
  private Optional<String> notBoundAgain = Optional.empty();

  @Override
  public String description() {
    return "%s unbound, notification stopped".formatted(BINDING.queue());
  }

  @Override
  public Optional<String> unsupported(TestEnvironment stage) {
    return stage.isShared()
        ? Optional.of("the flow is not verify's own: notifications of others would be lost")
        : stage.unsupported(NOTIFICATION_STOPPED);
  }

  @Override
  public void inject(TestEnvironment stage) throws InterruptedException {
    stage.inject(NOTIFICATION_STOPPED);
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      for (int i = 0; i < ATTEMPTS && notBoundAgain.isEmpty() && !wasLongEnough(); i++) {
        unbind(stage, browser);
      }
    }
  }

  private boolean wasLongEnough() {
    return seconds.stream().anyMatch(length -> length * 1e3 >= LEAST.toMillis());
  }

  private void unbind(TestEnvironment stage, QueueBrowser browser) throws InterruptedException {
    long from = System.nanoTime();
    stage.broker().unbindQueue(BINDING);
    Thread.sleep(UNDER_WAY);
    long depth = depth(browser);
    var limit = new Deadline(BOUND_AGAIN_LIMIT);
    while (depth(browser) < depth + SHOWS_BOUND && notBoundAgain.isEmpty()) {
      if (limit.isOver()) {
        notBoundAgain =
            Optional.of(
                "%s was not bound again within %s, though services published to it"
                    .formatted(BINDING.queue(), limit.waited()));
      }
      Thread.sleep(POLL);
    }
    long until = System.nanoTime();
    seconds.add((until - from) / 1e9);
    gaps.add(new LossWindow(from, until + HEARD_LATER.toNanos()));
  }

  private static long depth(QueueBrowser browser) {
    return browser.depth(BINDING.queue()).orElse(0);
  }

  @Override
  public void heal(TestEnvironment stage) throws InterruptedException {
    stage.heal(NOTIFICATION_STOPPED); // its start declares the binding in any case
    if (notBoundAgain.isPresent()) {
      gaps.add(
          new LossWindow(gaps.getLast().untilNanos(), System.nanoTime() + HEARD_LATER.toNanos()));
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
    return List.copyOf(gaps);
  }

  @Override
  public List<CheckResult> results(TestEnvironment stage) {
    return List.of(
        notBoundAgain
            .map(CheckResult::wrong)
            .orElseGet(() ->
                new CheckResult(
                    seconds.stream()
                        .map(length -> String.format(Locale.ROOT, "%.1f s", length))
                        .collect(
                            Collectors.joining(
                                " and ",
                                BINDING.queue()
                                    + " was unbound, and services bound it again after ",
                                "")),
                    true)));
  }
}
