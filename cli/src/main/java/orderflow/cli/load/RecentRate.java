package orderflow.cli.load;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Recent growth of a count, sampled once a second: over the last second of a fast load, over five
 * seconds of a slow one, where one second would alternate between 0 and double. Not thread-safe.
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

  /** Growth per second since the oldest sample. */
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
