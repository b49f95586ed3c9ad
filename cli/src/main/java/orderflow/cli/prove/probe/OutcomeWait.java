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
 * Waits for inventory's decision on an order that is about to be placed: from the order service, or
 * from the outcome events where that has no {@code GET /order/{id}}. Used by one thread.
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
   * @param status reserved or failed
   * @param reason why it failed; null when it is unknown
   * @param isFromBroker whether it was read from an event
   */
  public record Outcome(String status, @Nullable String reason, boolean isFromBroker) {}

  private OutcomeWait(OrderClient orders, String orderId, Supplier<QueueBrowser> broker)
      throws InterruptedException {
    this.orders = orders;
    this.orderId = orderId;
    QueueBrowser opened = null;
    if (!serviceAnswers()) {
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
   * To be called before the order is placed: events are recorded from then on.
   *
   * @param broker used when the order service cannot be asked
   */
  public static OutcomeWait begin(OrderClient orders, String orderId, Supplier<QueueBrowser> broker)
      throws InterruptedException {
    return new OutcomeWait(orders, orderId, broker);
  }

  private boolean serviceAnswers() throws InterruptedException {
    var request = new FutureTask<>(() -> orders.answersQueries(orderId));
    Thread.ofVirtual().start(request);
    try {
      return request.get(PROBE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      request.cancel(true);
    }
  }

  /** Whether the outcome can only come from an event. */
  public boolean usesBroker() {
    return events != null || brokerProblem != null;
  }

  /** Why events cannot be received; empty when they can, or are not needed. */
  public Optional<String> brokerProblem() {
    return Optional.ofNullable(brokerProblem);
  }

  /**
   * Waits at most {@code limit}.
   *
   * @throws CliException when neither the order service nor the broker answers
   */
  public Optional<Outcome> await(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    var request = new FutureTask<>(() -> orders.awaitOutcome(orderId, limit));
    Thread.ofVirtual().start(request);
    try {
      Optional<Outcome> outcome = Optional.empty();
      while (outcome.isEmpty() && System.nanoTime() - deadline < 0) {
        outcome = events == null ? Optional.empty() : fromEvents(events);
        if (outcome.isEmpty()) {
          outcome = fromService(request, events == null ? POLL : Duration.ZERO);
        }
      }
      return outcome;
    } finally {
      request.cancel(true);
    }
  }

  private Optional<Outcome> fromEvents(OutcomeRecorder recorder) throws InterruptedException {
    try {
      recorder.record(POLL);
      return recorder
          .outcomeOf(orderId)
          .map(outcome -> new Outcome(outcome.status().wire(), outcome.reason(), true));
    } catch (MessagingException e) {
      brokerProblem = e.detail();
      recorder.close();
      events = null;
      return Optional.empty();
    }
  }

  private Optional<Outcome> fromService(
      FutureTask<Optional<OrderClient.Outcome>> request, Duration wait)
      throws InterruptedException {
    try {
      return request
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
