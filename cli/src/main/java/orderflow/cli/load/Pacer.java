package orderflow.cli.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells one sending thread when the next order is due, and when to stop. */
final class Pacer {
  /** A sender that lags at the end still sends what was due in time. */
  private static final long CATCH_UP_NANOS = 250_000_000;

  private final LoadPlan plan;
  private final CountDownLatch stop = new CountDownLatch(1);
  private long startNanos;
  private long next;

  Pacer(LoadPlan plan) {
    this.plan = plan;
  }

  /** The schedule counts from here. */
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

  /** Whether it is too late to send, though the last order that was announced may not be sent. */
  boolean isOver() {
    return isStopped() || isOver(System.nanoTime() - startNanos);
  }

  private boolean isOver(long elapsed) {
    long catchUp = plan.rate().isMax() ? 0 : CATCH_UP_NANOS;
    return elapsed - plan.duration().toNanos() >= catchUp;
  }

  /**
   * Of the orders that are due by now, or that the plan counts where there is no schedule, those
   * that were not sent.
   */
  long dueButNotSent(long sent) {
    return Math.max(0, plan.dueAfter(System.nanoTime() - startNanos) - sent);
  }

  /** The number of the order that {@link #awaitNext} announced, from 0. */
  long number() {
    return next - 1;
  }

  /** When that order was to be sent: now, when there is no schedule. */
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
