package orderflow.cli.prove.probe;

import java.time.Duration;

/**
 * Detects that a consumer is idle: no new outcome of the order, and no message ready in its queue.
 * Unacknowledged messages are not visible, so the idle time must be longer than the consumer may
 * need for one more order, judged by the first one. Pure; times are nanoseconds of one clock.
 */
final class IdleDetector {
  private static final long SHORTEST = Duration.ofSeconds(2).toNanos();

  private final long start;
  private long idleSince;
  private long firstTook;
  private int outcomes;

  /**
   * @param start when the first copy was published
   */
  IdleDetector(long start) {
    this.start = start;
    this.idleSince = start;
  }

  /**
   * @param outcomesSoFar of the order
   * @param ready messages in the consumer's queue
   */
  void observe(long now, int outcomesSoFar, long ready) {
    if (outcomesSoFar > 0 && outcomes == 0) {
      firstTook = now - start;
    }
    if (outcomesSoFar != outcomes || ready > 0) {
      idleSince = now;
    }
    outcomes = outcomesSoFar;
  }

  boolean isIdle(long now) {
    return outcomes > 0 && now - idleSince >= Math.max(SHORTEST, 2 * firstTook);
  }
}
