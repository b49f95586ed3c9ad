package orderflow.notification;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import orderflow.delivery.BackOff;
import orderflow.delivery.Signal;
import orderflow.delivery.StepResult;
import orderflow.delivery.WorkLoop;
import orderflow.failpoint.Failpoint;
import orderflow.notification.NotificationTable.Due;
import orderflow.notification.Notifier.Result;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import orderflow.store.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends due notifications, a batch at a time. It sends first and records the results afterwards: a
 * crash in between sends that batch again, with the same message ids. A failed notification is
 * retried with growing pauses; one that was refused {@link #MAX_REFUSALS} times while others were
 * sent is given up. None is given up because of an outage of the server: the sender is blocked
 * until a notification is sent again. It also obeys the server's {@code Retry-After}.
 */
final class Sender implements WorkLoop {
  static final int MAX_REFUSALS = 20;
  private static final Duration IDLE_WAIT = Duration.ofMillis(250);
  private static final BackOff RETRY = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5));

  /** Shorter, because all notifications wait for the same server. */
  private static final BackOff OUTAGE_RETRY =
      new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  private final Store store;
  private final Notifier notifier;
  private final Signal recorded;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final MeterRegistry metrics;
  private final OutageDetector outage = new OutageDetector();
  private List<Due> unrecorded = List.of();
  private List<Result> results = List.of();
  private Set<String> counted = Set.of();
  private long pausedAt;
  private Duration pause = Duration.ZERO;
  private String pauseReason = "";
  private volatile String doing = "reading the store";

  /**
   * @param recorded raised when there is a notification to send
   * @param clock for due dates
   * @param nanoTime for pauses, which a changed clock must not stretch
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
    for (String result : List.of("sent", "refused", "deferred", "unreachable", "given_up")) {
      count(result, 0); // a counter has to exist before it can be watched
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
      if (unrecorded.isEmpty()) {
        if (isPaused()) {
          return new StepResult.Blocked(pauseReason);
        }
        List<Due> due = due();
        if (due.isEmpty()) {
          return nothingDue();
        }
        send(due);
        Failpoint.NOTIFY_SEND_AFTER.reach();
      }
      recordResults();
      if (isPaused()) {
        return new StepResult.Blocked(pauseReason);
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

  /** A due date beyond the longest back-off is from before the clock was set back. */
  private List<Due> due() {
    Instant now = clock.instant();
    Instant limit = now.plus(RETRY.limit());
    if (store.read(tx -> NotificationTable.isAnyDueAfter(tx, limit))) {
      int made = store.write(Durability.SYNCED, tx -> NotificationTable.makeDue(tx, limit, now));
      LOG.warn("The clock was set back: {} notifications are due now", made);
    }
    return store.read(tx -> NotificationTable.due(tx, now, notifier.batch()));
  }

  private void send(List<Due> due) throws InterruptedException {
    doing = "sending notifications";
    results = notifier.send(due.stream().map(each -> each.row().notification()).toList());
    unrecorded = due.subList(0, results.size());
    counted = outage.record(unrecorded.stream().map(Due::orderId).toList(), results);
    pause = Duration.ZERO;
    for (Result result : results) {
      if (result instanceof Result.Unreachable(String reason, Duration asked)
          && asked.compareTo(pause) > 0) {
        pause = asked;
        pausedAt = nanoTime.getAsLong();
        pauseReason = reason + " and asks to wait " + asked.toSeconds() + " s (Retry-After)";
      }
    }
  }

  private boolean isPaused() {
    return nanoTime.getAsLong() - pausedAt < pause.toNanos();
  }

  /** With nothing due, an outage continues for those that wait for a retry. */
  private StepResult nothingDue() throws InterruptedException {
    if (outage.reason().isPresent() && store.read(NotificationTable::isAnyUnsent)) {
      return new StepResult.Blocked(outage.reason().get());
    }
    outage.reset();
    recorded.await(IDLE_WAIT);
    return new StepResult.Idle();
  }

  /** When this fails, the next step records again and sends nothing again. */
  private void recordResults() {
    doing = "recording what was sent";
    Instant now = clock.instant();
    store.update(
        Durability.SYNCED,
        tx -> {
          for (int i = 0; i < unrecorded.size(); i++) {
            record(tx, unrecorded.get(i), results.get(i), now);
          }
        });
    Failpoint.NOTIFY_MARK_AFTER.reach();
    report();
    unrecorded = List.of();
  }

  private void record(Tx tx, Due due, Result result, Instant now) {
    String orderId = due.orderId();
    NotificationTable.Row row = due.row();
    switch (result) {
      case Result.Sent() -> NotificationTable.sent(tx, orderId, now);
      case Result.Refused(String reason) when isLast(due) ->
          NotificationTable.givenUp(tx, orderId, reason);
      case Result.Refused(String reason) ->
          NotificationTable.refused(
              tx,
              orderId,
              reason,
              counted.contains(orderId),
              now.plus(RETRY.delay(row.attempts(), random)));
      case Result.Deferred(String reason) ->
          NotificationTable.postponed(tx, orderId, reason, now.plus(delay(RETRY, row, now)));
      case Result.Unreachable(String reason, Duration _) ->
          NotificationTable.postponed(tx, orderId, reason, now.plus(delay(OUTAGE_RETRY, row, now)));
    }
  }

  private boolean isLast(Due due) {
    return counted.contains(due.orderId()) && due.refusals() + 1 >= MAX_REFUSALS;
  }

  /** About as long as it has waited already, because these attempts are not counted. */
  private Duration delay(BackOff backOff, NotificationTable.Row row, Instant now) {
    long seconds = Math.max(1, Duration.between(row.recordedAt(), now).toSeconds());
    return backOff.delay(Long.SIZE - 1 - Long.numberOfLeadingZeros(seconds), random);
  }

  private void report() {
    for (int i = 0; i < unrecorded.size(); i++) {
      count(
          switch (results.get(i)) {
            case Result.Sent() -> "sent";
            case Result.Refused _ -> "refused";
            case Result.Deferred _ -> "deferred";
            case Result.Unreachable _ -> "unreachable";
          },
          1);
      if (results.get(i) instanceof Result.Refused(String reason) && isLast(unrecorded.get(i))) {
        LOG.warn("Gave up order_id={}: {}", unrecorded.get(i).orderId(), reason);
        count("given_up", 1);
      }
    }
    if (outage.reason().isEmpty()) { // else the worker logs it once
      results.stream()
          .filter(Result.Failed.class::isInstance)
          .map(Result.Failed.class::cast)
          .findFirst()
          .ifPresent(failed -> LOG.warn("Notifying failed: {}", failed.reason()));
    }
  }

  private void count(String result, int number) {
    Counter.builder("orderflow.notifications")
        .description("Tries to notify a user, by result")
        .tag("result", result)
        .register(metrics)
        .increment(number);
  }

  @Override
  public void drain(Duration limit) {
    if (!unrecorded.isEmpty()) {
      recordResults();
    }
  }

  @Override
  public void close() {
    notifier.close();
  }
}
