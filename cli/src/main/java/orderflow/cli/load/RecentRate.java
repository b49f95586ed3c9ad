package orderflow.cli.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How fast a count has grown lately: over the last second of a fast load, over a few seconds of a
 * slow one, where a single second would jump between nothing and double. Asked once a second. Pure,
 * not thread-safe.
 */
final class RecentRate {
  private static final double FAST = 10;
  private static final int SLOW_SECONDS = 5;

  private final int samples;
  private final Deque<Sample> recent = new ArrayDeque<>();

  private record Sample(long nanos, long count) {}

  /**
   * @param start when the count was 0, in nanoseconds
   */
  RecentRate(Rate intended, long start) {
    this.samples = intended.perSecond() >= FAST ? 1 : SLOW_SECONDS;
    recent.add(new Sample(start, 0));
  }

  /** Per second, from the oldest time that still counts until {@code nanos}. */
  double until(long nanos, long count) {
    Sample from = recent.getFirst();
    double seconds = (nanos - from.nanos()) / 1e9;
    if (recent.size() == samples) {
      recent.removeFirst();
    }
    recent.addLast(new Sample(nanos, count));
    return seconds > 0 ? (count - from.count()) / seconds : 0;
  }
}
