package orderflow.cli.load;

import java.time.Duration;

/**
 * How much to send.
 *
 * @param count at most so many orders
 * @param duration at most so long
 * @param inFlight how many may be unanswered at a time
 */
public record LoadPlan(Rate rate, long count, Duration duration, int inFlight) {
  /**
   * How many orders are due {@code nanos} after the start: all that are to be sent where there is
   * no schedule, 0 where they have no number either.
   */
  long dueAfter(long nanos) {
    long due = Math.min(rate.dueBefore(Math.min(nanos, duration.toNanos())), count);
    return due == Long.MAX_VALUE ? 0 : due;
  }
}
