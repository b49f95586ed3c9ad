package orderflow.notification;

import io.micrometer.core.instrument.Counter;
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
import orderflow.notification.Notifier.Result;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import orderflow.store.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is recorded and due, a batch at a time. Sent first, marked after: a crash in between
 * sends that batch again, with the same message ids. What fails is tried again later and later,
 * behind all that is due by then; what was refused {@link #MAX_REFUSALS} times is given up. Nothing
 * is given up because a server is away: that blocks this session, until one goes out again.
 */
final class Sender implements Session {
  static final int MAX_REFUSALS = 20;
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);
  private static final BackOff RETRY = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  /** Shorter, because all of them wait for the same server to come back. */
  private static final BackOff AWAY = new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  private final Store store;
  private final Notifier notifier;
  private final Signal recorded;
  private final Clock clock;
  private final RandomGenerator random;
  private final MeterRegistry metrics;
  private final Outage outage = new Outage();
  private List<NotificationTable.Row> unmarked = List.of();
  private List<Result> results = List.of();

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
            store.read(tx -> NotificationTable.due(tx, clock.instant(), notifier.batch()));
        if (due.isEmpty()) {
          return nothingDue();
        }
        results = notifier.send(due.stream().map(NotificationTable.Row::notification).toList());
        unmarked = due.subList(0, results.size());
        outage.learn(unmarked, results);
      }
      mark();
      return outage.why().<Step>map(Step.Blocked::new).orElseGet(Step.Worked::new);
    } catch (StoreException e) {
      if (e.isTransient()) {
        return new Step.Blocked(e.detail());
      }
      throw e;
    }
  }

  /** With nothing due, an outage goes on for those that wait to be tried again. */
  private Step nothingDue() throws InterruptedException {
    Optional<String> why = outage.why();
    if (why.isPresent() && store.read(NotificationTable::isAnyUnsent)) {
      return new Step.Blocked(why.get());
    }
    outage.over();
    recorded.await(IDLE_WAIT);
    return new Step.Idle();
  }

  /** What went out is not sent again because marking it failed once. */
  private void mark() {
    Instant now = clock.instant();
    store.write(
        Durability.SYNCED,
        tx -> {
          for (int i = 0; i < unmarked.size(); i++) {
            mark(tx, unmarked.get(i), results.get(i), now);
          }
          return unmarked.size();
        });
    report();
    unmarked = List.of();
  }

  private void mark(Tx tx, NotificationTable.Row row, Result result, Instant now) {
    String orderId = row.notification().orderId();
    switch (result) {
      case Result.Sent() -> NotificationTable.sent(tx, orderId, now);
      case Result.Refused(String why) -> {
        if (isLast(row)) {
          NotificationTable.givenUp(tx, orderId, why);
        } else {
          Duration wait = RETRY.delay(row.attempts(), random);
          NotificationTable.refused(tx, orderId, why, now.plus(wait));
        }
      }
      case Result.Deferred(String why) ->
          NotificationTable.postponed(tx, orderId, why, now.plus(wait(RETRY, row, now)));
      case Result.Unreachable(String why) ->
          NotificationTable.postponed(tx, orderId, why, now.plus(wait(AWAY, row, now)));
    }
  }

  private static boolean isLast(NotificationTable.Row row) {
    return row.attempts() + 1 >= MAX_REFUSALS;
  }

  /** About as long again as it has waited already: what nobody answered for is not counted. */
  private Duration wait(BackOff backOff, NotificationTable.Row row, Instant now) {
    long seconds = Math.max(1, Duration.between(row.recordedAt(), now).toSeconds());
    return backOff.delay(Long.SIZE - 1 - Long.numberOfLeadingZeros(seconds), random);
  }

  private void report() {
    count("sent", Result.Sent.class);
    count("refused", Result.Refused.class);
    count("deferred", Result.Deferred.class);
    count("unreachable", Result.Unreachable.class);
    for (int i = 0; i < unmarked.size(); i++) {
      if (results.get(i) instanceof Result.Refused(String why) && isLast(unmarked.get(i))) {
        LOG.warn("Gave up order_id={}: {}", unmarked.get(i).notification().orderId(), why);
      }
    }
    if (outage.why().isEmpty()) { // else whoever runs this session says so, once
      results.stream()
          .filter(Result.Failed.class::isInstance)
          .map(Result.Failed.class::cast)
          .findFirst()
          .ifPresent(failed -> LOG.warn("Notifying failed: {}", failed.why()));
    }
  }

  private void count(String name, Class<? extends Result> kind) {
    long count = results.stream().filter(kind::isInstance).count();
    Counter.builder("orderflow.notifications")
        .description("Tries to notify a user, by result")
        .tag("result", name)
        .register(metrics)
        .increment((double) count);
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
