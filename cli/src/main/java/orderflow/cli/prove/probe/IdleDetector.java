package orderflow.cli.prove.probe;

import java.time.Duration;

/**
 * How long nothing has moved: no new outcome of the order, and no message waiting where orders
 * arrive. What a consumer holds unacknowledged no client can see; so a spell counts only when it is
 * longer than the consumer may need for one more order, judged by what the first one took. Pure;
 * times are in nanoseconds of one clock.
 */
final class IdleDetector {
  private static final long SHORTEST = Duration.ofSeconds(2).toNanos();

  private final long start;
  private long since;
  private long firstTook;
  private int outcomes;

  /**
   * @param start when the first copy was published
   */
  IdleDetector(long start) {
    this.start = start;
    this.since = start;
  }

  /**
   * @param outcomesSoFar of the order, in all
   * @param waiting how many messages are ready
   */
  void observe(long now, int outcomesSoFar, long waiting) {
    if (outcomesSoFar > 0 && outcomes == 0) {
      firstTook = now - start;
    }
    if (outcomesSoFar != outcomes || waiting > 0) {
      since = now;
    }
    outcomes = outcomesSoFar;
  }

  /** Whether every copy must have been consumed, as far as that can be seen. */
  boolean isLongEnough(long now) {
    return outcomes > 0 && now - since >= Math.max(SHORTEST, 2 * firstTook);
  }
}
