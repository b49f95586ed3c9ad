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
 * A thread that runs a {@link WorkLoop}: opens it, steps it, and after a failure and a pause opens
 * the next one, until it is closed. Thread-safe.
 */
public final class Worker implements AutoCloseable {
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

  /** How long an interrupted thread may take to release its connections. */
  private static final Duration RELEASE_LIMIT = Duration.ofSeconds(2);

  /** A loop that ended sooner than this counts as one more failure in a row. */
  private static final Duration STABLE_AFTER = Duration.ofSeconds(10);

  private final Supplier<WorkLoop> opening;
  private final ReadinessCheck check;
  private final Activity activity;
  private final BackOff backOff;
  private final RandomGenerator random;
  private final Logger log;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private boolean wasUp;
  private String lastFailure = "";

  /** Receives whether the worker can do its work. */
  public interface ReadinessCheck {
    void up();

    void down(String reason);

    /** Called once, before the work begins, so that a step that hangs is reported as well. */
    default void watch(Activity activity) {}
  }

  private Worker(
      String name,
      Supplier<WorkLoop> opening,
      ReadinessCheck check,
      Activity activity,
      BackOff backOff,
      RandomGenerator random) {
    this.opening = opening;
    this.check = check;
    this.activity = activity;
    this.backOff = backOff;
    this.random = random;
    this.log = LoggerFactory.getLogger(name);
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /**
   * @param opening opens a loop; its exceptions count as a failed loop
   */
  public static Worker start(
      String name,
      Supplier<WorkLoop> opening,
      ReadinessCheck check,
      BackOff backOff,
      RandomGenerator random) {
    return start(name, opening, check, new Activity(System::nanoTime), backOff, random);
  }

  static Worker start(
      String name,
      Supplier<WorkLoop> opening,
      ReadinessCheck check,
      Activity activity,
      BackOff backOff,
      RandomGenerator random) {
    var worker = new Worker(name, opening, check, activity, backOff, random);
    check.down("starting");
    check.watch(activity);
    worker.thread.start();
    return worker;
  }

  /** Drains the loop and ends the thread, within a bounded time. */
  @Override
  public void close() {
    close(DRAIN_LIMIT.multipliedBy(2));
  }

  /**
   * As {@link #close()}: a thread that has not ended within {@code limit} is interrupted and gets
   * some more time to release resources that the caller closes next.
   */
  void close(Duration limit) {
    stop.countDown();
    try {
      if (!thread.join(limit)) {
        thread.interrupt();
        if (!thread.join(RELEASE_LIMIT)) {
          log.warn("does not end; abandoned");
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
        activity.begin("connecting");
        try (WorkLoop loop = opening.get()) {
          opened = System.nanoTime();
          if (!failed) {
            up(); // after a failure only a step proves that it works, or the check would flap
          }
          run(loop);
        } catch (MessagingException e) {
          down(e.detail());
        } catch (StoreException e) {
          down(e.detail());
        } catch (RuntimeException | Error e) { // a stack overflow is one message's fault
          log.error("unexpected failure", e);
          down("unexpected failure: " + e.getClass().getSimpleName());
        }
        boolean lasted = System.nanoTime() - opened > STABLE_AFTER.toNanos();
        failures = lasted ? 0 : failures + 1;
        failed = true;
        pause(failures);
      }
    } catch (InterruptedException e) {
      log.debug("interrupted");
    } finally {
      activity.end();
      check.down("stopped"); // after a normal end or an error
    }
  }

  private void run(WorkLoop loop) throws InterruptedException {
    int blocked = 0;
    boolean reopen = false;
    while (!isStopped() && !reopen) {
      activity.begin(loop::doing);
      switch (loop.step()) {
        case StepResult.Worked(), StepResult.Idle() -> {
          blocked = 0;
          up();
        }
        case StepResult.Impaired(String reason) -> {
          blocked = 0;
          down(reason);
        }
        case StepResult.Blocked(String reason) -> {
          down(reason);
          pause(blocked++);
        }
        case StepResult.Reopen(String reason) -> {
          down(reason);
          reopen = true;
        }
      }
    }
    activity.begin("draining");
    loop.drain(DRAIN_LIMIT);
  }

  private void up() {
    if (!wasUp) {
      log.info("up");
      check.up();
      wasUp = true;
      lastFailure = "";
    }
  }

  private void down(String reason) {
    check.down(reason);
    wasUp = false;
    if (!reason.equals(lastFailure) && !isStopped()) {
      log.warn("waits: {}", reason);
      lastFailure = reason;
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
