package orderflow.cli.load;

import java.time.Duration;

/**
 * How much to send.
 *
 * @param count maximum number of orders
 * @param inFlight maximum number of unanswered orders
 */
public record LoadPlan(Rate rate, long count, Duration duration, int inFlight) {
  /**
   * Orders due {@code nanos} after the start; at the maximum rate, all of a count, and 0 without a
   * count.
   */
  long dueAfter(long nanos) {
    long due = Math.min(rate.dueBefore(Math.min(nanos, duration.toNanos())), count);
    return due == Long.MAX_VALUE ? 0 : due;
  }
}
