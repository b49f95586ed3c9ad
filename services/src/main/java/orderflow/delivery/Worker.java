package orderflow.delivery;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import orderflow.messaging.MessagingException;
import orderflow.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that keeps a {@link WorkLoop} going: opens it, steps it, and when it fails opens the
 * next one after a pause, for as long as the service lives. Thread-safe.
 */
public final class Worker implements AutoCloseable {
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

  /** How long a thread that was interrupted may take to release what it holds. */
  private static final Duration RELEASE_LIMIT = Duration.ofSeconds(2);

  /** A session that ended sooner than this counts as one more failure in a row. */
  private static final Duration LASTED = Duration.ofSeconds(10);

  private final Supplier<WorkLoop> opening;
  private final ReadinessCheck condition;
  private final Activity activity;
  private final BackOff backOff;
  private final RandomGenerator random;
  private final Logger log;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private boolean wasUp;
  private String lastFailure = "";

  /** Where the worker tells whether it can do its work. */
  public interface ReadinessCheck {
    void up();

    void down(String why);

    /** Called once, before the work begins: what hangs is to be told as well. */
    default void watch(Activity activity) {}
  }

  private Worker(
      String name,
      Supplier<WorkLoop> opening,
      ReadinessCheck condition,
      Activity activity,
      BackOff backOff,
      RandomGenerator random) {
    this.opening = opening;
    this.condition = condition;
    this.activity = activity;
    this.backOff = backOff;
    this.random = random;
    this.log = LoggerFactory.getLogger(name);
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /**
   * @param opening opens a session; what it throws counts as a failed session
   */
  public static Worker start(
      String name,
      Supplier<WorkLoop> opening,
      ReadinessCheck condition,
      BackOff backOff,
      RandomGenerator random) {
    return start(name, opening, condition, new Activity(System::nanoTime), backOff, random);
  }

  static Worker start(
      String name,
      Supplier<WorkLoop> opening,
      ReadinessCheck condition,
      Activity activity,
      BackOff backOff,
      RandomGenerator random) {
    var worker = new Worker(name, opening, condition, activity, backOff, random);
    condition.down("starting");
    condition.watch(activity);
    worker.thread.start();
    return worker;
  }

  /** Drains the session and ends the thread, within a bounded time. */
  @Override
  public void close() {
    close(DRAIN_LIMIT.multipliedBy(2));
  }

  /**
   * As {@link #close()}: what has not ended within {@code limit} is interrupted, and waited for a
   * little longer, so that it can let go of what the caller closes next.
   */
  void close(Duration limit) {
    stop.countDown();
    try {
      if (!thread.join(limit)) {
        thread.interrupt();
        if (!thread.join(RELEASE_LIMIT)) {
          log.warn("does not end; leaving it behind");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    int failures = 0;
    boolean failed = false;
    try {
      while (!isStopped()) {
        long opened = System.nanoTime();
        activity.begin("opening a session");
        try (WorkLoop session = opening.get()) {
          opened = System.nanoTime();
          if (!failed) {
            up(); // else it first has to show that it works, or a check would flap
          }
          runSession(session);
        } catch (MessagingException e) {
          down(e.detail());
        } catch (StoreException e) {
          down(e.detail());
        } catch (RuntimeException | Error e) { // a stack that overflows is one message's fault
          log.error("unexpected failure", e);
          down("unexpected failure: " + e.getClass().getSimpleName());
        }
        boolean lasted = System.nanoTime() - opened > LASTED.toNanos();
        failures = lasted ? 0 : failures + 1;
        failed = true;
        pause(failures);
      }
    } catch (InterruptedException e) {
      log.debug("interrupted");
    } finally {
      activity.end();
      condition.down("stopped"); // whatever ended it: a thread that is gone must not look ready
    }
  }

  private void runSession(WorkLoop session) throws InterruptedException {
    int blocked = 0;
    while (!isStopped()) {
      activity.begin(session::doing);
      switch (session.step()) {
        case StepResult.Worked(), StepResult.Idle() -> {
          blocked = 0;
          up();
        }
        case StepResult.Impaired(String why) -> {
          blocked = 0;
          down(why);
        }
        case StepResult.Blocked(String why) -> {
          down(why);
          pause(blocked++);
        }
      }
    }
    activity.begin("draining");
    session.drain(DRAIN_LIMIT);
  }

  private void up() {
    if (!wasUp) {
      log.info("up");
      condition.up();
      wasUp = true;
      lastFailure = "";
    }
  }

  private void down(String why) {
    condition.down(why);
    wasUp = false;
    if (!why.equals(lastFailure) && !isStopped()) {
      log.warn("waits: {}", why);
      lastFailure = why;
    }
  }

  private boolean isStopped() {
    return stop.getCount() == 0;
  }

  private void pause(int attempt) throws InterruptedException {
    activity.end();
    long nanos = backOff.delay(attempt, random).toNanos();
    if (stop.await(nanos, TimeUnit.NANOSECONDS)) {
      log.debug("stopping");
    }
  }
}
