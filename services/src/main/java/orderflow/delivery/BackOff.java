package orderflow.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pause before the next attempt: doubles from {@code first} up to {@code limit}, minus a random
 * part of up to a half, so that many clients do not reconnect at the same moment.
 */
public record BackOff(Duration first, Duration limit) {
  private static final int MAX_DOUBLINGS = 20;

  /** 0.1 s to 5 s: a repaired broker or disk is used again within seconds. */
  public static final BackOff DEFAULT = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /**
   * @param attempt how many attempts have failed in a row before, from 0
   */
  public Duration delay(int attempt, RandomGenerator random) {
    long nanos = withoutJitter(attempt).toNanos();
    return Duration.ofNanos(nanos - (long) (nanos * random.nextDouble() / 2));
  }

  Duration withoutJitter(int attempt) {
    return Duration.ofNanos(
        Math.min(limit.toNanos(), first.toNanos() << Math.clamp(attempt, 0, MAX_DOUBLINGS)));
  }
}
