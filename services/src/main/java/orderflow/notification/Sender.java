package orderflow.notification;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import orderflow.delivery.BackOff;
import orderflow.delivery.Signal;
import orderflow.delivery.StepResult;
import orderflow.delivery.WorkLoop;
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
 * behind all that is due by then; what was refused {@link #MAX_REFUSALS} times, while others went
 * out, is given up. Nothing is given up because a server is away or refuses everything: that blocks
 * this session, until one goes out again. A server that asks to wait gets nothing for that long.
 */
final class Sender implements WorkLoop {
  static final int MAX_REFUSALS = 20;
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);
  private static final BackOff RETRY = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  /** Nothing is due later, unless the clock was set back since. */
  private static final Duration LONGEST_WAIT = RETRY.limit();

  /** Shorter, because all of them wait for the same server to come back. */
  private static final BackOff AWAY = new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private static final String GIVEN_UP = "given_up";
  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  private final Store store;
  private final Notifier notifier;
  private final Signal recorded;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final MeterRegistry metrics;
  private final OutageDetector outage = new OutageDetector();
  private List<NotificationTable.Due> unmarked = List.of();
  private List<Result> results = List.of();
  private Set<String> counted = Set.of();
  private long quietFrom;
  private Duration quiet = Duration.ZERO;
  private String quietWhy = "";
  private volatile String doing = "reading the store";

  /**
   * @param clock for what is recorded and when it is due
   * @param nanoTime for pauses, which a clock that is set must not stretch
   */
  Sender(
      Store store,
      Notifier notifier,
      Signal recorded,
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random,
      MeterRegistry metrics) {
    this.store = store;
    this.notifier = notifier;
    this.recorded = recorded;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.random = random;
    this.metrics = metrics;
    for (String result : List.of("sent", "refused", "deferred", "unreachable", GIVEN_UP)) {
      count(result, 0); // a counter that is not there yet cannot be watched
    }
  }

  @Override
  public String doing() {
    return doing;
  }

  @Override
  public StepResult step() throws InterruptedException {
    try {
      doing = "reading the store";
      if (unmarked.isEmpty()) {
        if (isQuiet()) {
          return new StepResult.Blocked(quietWhy);
        }
        List<NotificationTable.Due> due = due();
        if (due.isEmpty()) {
          return nothingDue();
        }
        doing = "sending notifications";
        results = notifier.send(due.stream().map(one -> one.row().notification()).toList());
        unmarked = due.subList(0, results.size());
        counted =
            outage.record(unmarked.stream().map(NotificationTable.Due::orderId).toList(), results);
        obeyPause();
      }
      mark();
      if (isQuiet()) {
        return new StepResult.Blocked(quietWhy);
      }
      return outage
          .reason()
          .<StepResult>map(StepResult.Blocked::new)
          .orElseGet(StepResult.Worked::new);
    } catch (StoreException e) {
      if (e.isTransient()) {
        return new StepResult.Blocked(e.detail());
      }
      throw e;
    }
  }

  /** What is due later than it can be comes from a clock that was ahead. */
  private List<NotificationTable.Due> due() {
    Instant now = clock.instant();
    Instant limit = now.plus(LONGEST_WAIT);
    if (store.read(tx -> NotificationTable.isAnyDueAfter(tx, limit))) {
      int made = store.write(Durability.SYNCED, tx -> NotificationTable.makeDue(tx, limit, now));
      LOG.warn("The clock was set back: {} notifications would have waited for it", made);
    }
    return store.read(tx -> NotificationTable.due(tx, now, notifier.batch()));
  }

  private boolean isQuiet() {
    return nanoTime.getAsLong() - quietFrom < quiet.toNanos();
  }

  private void obeyPause() {
    quiet = Duration.ZERO;
    for (Result result : results) {
      if (result instanceof Result.Unreachable(String why, Duration pause)
          && pause.compareTo(quiet) > 0) {
        quiet = pause;
        quietFrom = nanoTime.getAsLong();
        quietWhy = why + " and asks to wait " + pause.toSeconds() + " s (Retry-After)";
      }
    }
  }

  /** With nothing due, an outage goes on for those that wait to be tried again. */
  private StepResult nothingDue() throws InterruptedException {
    Optional<String> why = outage.reason();
    if (why.isPresent() && store.read(NotificationTable::isAnyUnsent)) {
      return new StepResult.Blocked(why.get());
    }
    outage.reset();
    recorded.await(IDLE_WAIT);
    return new StepResult.Idle();
  }

  /** What went out is not sent again because marking it failed once. */
  private void mark() {
    doing = "recording what was sent";
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

  private void mark(Tx tx, NotificationTable.Due due, Result result, Instant now) {
    String orderId = due.orderId();
    NotificationTable.Row row = due.row();
    switch (result) {
      case Result.Sent() -> NotificationTable.sent(tx, orderId, now);
      case Result.Refused(String why) -> {
        if (isLast(due)) {
          NotificationTable.givenUp(tx, orderId, why);
        } else {
          Instant nextAt = now.plus(RETRY.delay(row.attempts(), random));
          NotificationTable.refused(tx, orderId, why, counted.contains(orderId), nextAt);
        }
      }
      case Result.Deferred(String why) ->
          NotificationTable.postponed(tx, orderId, why, now.plus(wait(RETRY, row, now)));
      case Result.Unreachable(String why, Duration _) ->
          NotificationTable.postponed(tx, orderId, why, now.plus(wait(AWAY, row, now)));
    }
  }

  private boolean isLast(NotificationTable.Due due) {
    return counted.contains(due.orderId()) && due.refusals() + 1 >= MAX_REFUSALS;
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
        LOG.warn("Gave up order_id={}: {}", unmarked.get(i).orderId(), why);
        count(GIVEN_UP, 1);
      }
    }
    if (outage.reason().isEmpty()) { // else whoever runs this session says so, once
      results.stream()
          .filter(Result.Failed.class::isInstance)
          .map(Result.Failed.class::cast)
          .findFirst()
          .ifPresent(failed -> LOG.warn("Notifying failed: {}", failed.reason()));
    }
  }

  private void count(String name, Class<? extends Result> kind) {
    count(name, results.stream().filter(kind::isInstance).count());
  }

  private void count(String name, long count) {
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
