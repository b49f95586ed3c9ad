package orderflow.cli.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Paces one sending thread: waits for the next due time, and ends at the end of the plan. */
final class Pacer {
  /** A late sender still sends the orders that were due before the end. */
  private static final long CATCH_UP_NANOS = 250_000_000;

  private final LoadPlan plan;
  private final CountDownLatch stop = new CountDownLatch(1);
  private long startNanos;
  private long next;

  Pacer(LoadPlan plan) {
    this.plan = plan;
  }

  void start() {
    startNanos = System.nanoTime();
  }

  /**
   * Waits until the next order is due.
   *
   * @return whether there is a next order
   */
  boolean awaitNext() throws InterruptedException {
    long due = plan.rate().dueNanos(next);
    if (next >= plan.count() || due >= plan.duration().toNanos() || isStopped()) {
      return false;
    }
    long elapsed = System.nanoTime() - startNanos;
    if (isOver(elapsed)) {
      return false;
    }
    if (due > elapsed && stop.await(due - elapsed, TimeUnit.NANOSECONDS)) {
      return false;
    }
    next++;
    return true;
  }

  /** Whether it is too late to send. */
  boolean isOver() {
    return isStopped() || isOver(System.nanoTime() - startNanos);
  }

  private boolean isOver(long elapsed) {
    long catchUp = plan.rate().isMax() ? 0 : CATCH_UP_NANOS;
    return elapsed - plan.duration().toNanos() >= catchUp;
  }

  /** Due orders that were not sent. */
  long dueButNotSent(long sent) {
    return Math.max(0, plan.dueAfter(System.nanoTime() - startNanos) - sent);
  }

  /** The number of the order that {@link #awaitNext} announced, from 0. */
  long number() {
    return next - 1;
  }

  /** Its due time; now at the maximum rate. */
  long intendedNanos() {
    return plan.rate().isMax() ? System.nanoTime() : startNanos + plan.rate().dueNanos(number());
  }

  void stop() {
    stop.countDown();
  }

  boolean isStopped() {
    return stop.getCount() == 0;
  }
}
