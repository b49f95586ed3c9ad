package orderflow.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubling from {@code first} up to {@code limit}, less a
 * random part of up to a half, so that many clients of a broker that returns do not come at once.
 */
public record BackOff(Duration first, Duration limit) {
  private static final int MAX_DOUBLINGS = 20;

  /** 0.1 s to 5 s: an operator who has mended something sees it within seconds. */
  public static final BackOff DEFAULT = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(5));

  /**
   * @param attempt how many tries have failed in a row before this one, from 0
   */
  public Duration delay(int attempt, RandomGenerator random) {
    long nanos = withoutJitter(attempt).toNanos();
    return Duration.ofNanos(nanos - (long) (nanos * random.nextDouble() / 2));
  }

  /** The same without a random part, where there is nobody else to coincide with. */
  Duration withoutJitter(int attempt) {
    return Duration.ofNanos(
        Math.min(limit.toNanos(), first.toNanos() << Math.clamp(attempt, 0, MAX_DOUBLINGS)));
  }
}
