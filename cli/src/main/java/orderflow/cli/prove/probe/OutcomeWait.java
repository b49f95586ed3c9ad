package orderflow.cli.prove.probe;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import orderflow.cli.client.OrderClient;
import orderflow.cli.io.CliException;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what inventory decides about an order that is about to be placed. The order service
 * tells it; where that has no {@code GET /order/{id}}, the outcome events on the broker do. Used by
 * one thread.
 */
public final class OutcomeWait implements AutoCloseable {
  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(50);

  private final OrderClient orders;
  private final String orderId;
  private final @Nullable QueueBrowser browser;
  private @Nullable OutcomeRecorder events;
  private @Nullable String brokerProblem;

  /**
   * What inventory decided.
   *
   * @param status reserved or failed
   * @param reason why it failed; null when nobody told
   * @param isFromBroker whether an event told it, and not the order service
   */
  public record Outcome(String status, @Nullable String reason, boolean isFromBroker) {}

  private OutcomeWait(OrderClient orders, String orderId, Supplier<QueueBrowser> broker)
      throws InterruptedException {
    this.orders = orders;
    this.orderId = orderId;
    QueueBrowser opened = null;
    if (!isToldByTheService()) {
      try {
        opened = broker.get();
        events = OutcomeRecorder.open(opened, orderId::equals);
      } catch (MessagingException e) {
        brokerProblem = e.detail();
      }
    }
    this.browser = opened;
  }

  /**
   * To be called before the order is placed: events are heard from then on.
   *
   * @param broker used where the order service cannot tell
   */
  public static OutcomeWait begin(OrderClient orders, String orderId, Supplier<QueueBrowser> broker)
      throws InterruptedException {
    return new OutcomeWait(orders, orderId, broker);
  }

  private boolean isToldByTheService() throws InterruptedException {
    var asking = new FutureTask<>(() -> orders.answersQueries(orderId));
    Thread.ofVirtual().start(asking);
    try {
      return asking.get(PROBE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      asking.cancel(true);
    }
  }

  /** Whether events have to tell the outcome. */
  public boolean usesBroker() {
    return events != null || brokerProblem != null;
  }

  /** Why the broker cannot tell either; empty when it can, or need not. */
  public Optional<String> brokerProblem() {
    return Optional.ofNullable(brokerProblem);
  }

  /**
   * Waits at most {@code limit}.
   *
   * @throws CliException when the order service does not answer at the end of it, and the broker
   *     cannot tell either
   */
  public Optional<Outcome> await(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    var asking = new FutureTask<>(() -> orders.awaitOutcome(orderId, limit));
    Thread.ofVirtual().start(asking);
    try {
      Optional<Outcome> outcome = Optional.empty();
      while (outcome.isEmpty() && System.nanoTime() - deadline < 0) {
        outcome = events == null ? Optional.empty() : heard(events);
        if (outcome.isEmpty()) {
          outcome = answered(asking, events == null ? POLL : Duration.ZERO);
        }
      }
      return outcome;
    } finally {
      asking.cancel(true);
    }
  }

  private Optional<Outcome> heard(OutcomeRecorder tap) throws InterruptedException {
    try {
      tap.record(POLL);
      return tap.outcomeOf(orderId)
          .map(outcome -> new Outcome(outcome.status().wire(), outcome.reason(), true));
    } catch (MessagingException e) {
      brokerProblem = e.detail();
      tap.close();
      events = null;
      return Optional.empty();
    }
  }

  private Optional<Outcome> answered(
      FutureTask<Optional<OrderClient.Outcome>> asking, Duration wait) throws InterruptedException {
    try {
      return asking
          .get(wait.toNanos(), TimeUnit.NANOSECONDS)
          .map(outcome -> new Outcome(outcome.status(), outcome.reason(), false));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof CliException failure)) {
        throw new IllegalStateException(e.getCause());
      }
      if (events == null) {
        throw failure;
      }
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    if (events != null) {
      events.close();
    }
    if (browser != null) {
      browser.close();
    }
  }
}
