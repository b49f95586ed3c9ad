package orderflow.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import orderflow.delivery.BackOff;
import orderflow.delivery.Session;
import orderflow.delivery.Signal;
import orderflow.delivery.Step;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is recorded and due. Sent first, marked after: a crash in between sends again, with
 * the same message id. What fails is tried again later and later, and given up after {@link
 * #MAX_ATTEMPTS}.
 */
final class Sender implements Session {
  static final int MAX_ATTEMPTS = 20;
  private static final int BATCH = 500;
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);
  private static final BackOff RETRY = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));
  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  private final Store store;
  private final Notifier notifier;
  private final Signal recorded;
  private final Clock clock;
  private final RandomGenerator random;
  private final MeterRegistry metrics;
  private List<NotificationTable.Row> unmarked = List.of();
  private List<Optional<String>> results = List.of();

  Sender(
      Store store,
      Notifier notifier,
      Signal recorded,
      Clock clock,
      RandomGenerator random,
      MeterRegistry metrics) {
    this.store = store;
    this.notifier = notifier;
    this.recorded = recorded;
    this.clock = clock;
    this.random = random;
    this.metrics = metrics;
  }

  @Override
  public Step step() throws InterruptedException {
    try {
      if (unmarked.isEmpty()) {
        List<NotificationTable.Row> due =
            store.read(tx -> NotificationTable.due(tx, clock.instant(), BATCH));
        if (due.isEmpty()) {
          recorded.await(IDLE_WAIT);
          return new Step.Idle();
        }
        results = notifier.send(due.stream().map(NotificationTable.Row::notification).toList());
        unmarked = due;
      }
      mark();
      return new Step.Worked();
    } catch (StoreException e) {
      if (e.isTransient()) {
        return new Step.Blocked(e.detail());
      }
      throw e;
    }
  }

  /** What went out is not sent again because marking it failed once. */
  private void mark() {
    Instant now = clock.instant();
    store.write(
        Durability.SYNCED,
        tx -> {
          for (int i = 0; i < unmarked.size(); i++) {
            NotificationTable.Row row = unmarked.get(i);
            String orderId = row.notification().orderId();
            String error = results.get(i).orElse(null);
            if (error == null) {
              NotificationTable.sent(tx, orderId, now);
            } else if (row.attempts() + 1 >= MAX_ATTEMPTS) {
              NotificationTable.givenUp(tx, orderId, error);
            } else {
              Duration wait = RETRY.delay(row.attempts(), random);
              NotificationTable.failed(tx, orderId, error, now.plus(wait));
            }
          }
          return unmarked.size();
        });
    long failed = results.stream().filter(Optional::isPresent).count();
    metrics.counter("orderflow.notifications", "result", "failed").increment((double) failed);
    metrics
        .counter("orderflow.notifications", "result", "sent")
        .increment((double) (results.size() - failed));
    results.stream()
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(error -> LOG.warn("Notifying failed and is tried again later: {}", error));
    unmarked = List.of();
  }

  @Override
  public void drain(Duration limit) {
    if (!unmarked.isEmpty()) {
      mark();
    }
  }

  @Override
  public void close() {
    notifier.close();
  }
}
