package orderflow.cli.prove.scenario;

import java.util.List;
import orderflow.cli.load.Latency;

/**
 * What could be watched while a scenario was played.
 *
 * @param samples in order of time, several a second
 * @param marks what was done on purpose, and when
 */
public record Timeline(List<Sample> samples, List<Mark> marks) {
  public static final Timeline EMPTY = new Timeline(List.of(), List.of());

  /**
   * The state at one moment. A figure that nobody could tell is -1.
   *
   * @param seconds since the start
   * @param accepted orders so far
   * @param decided orders that inventory published an outcome of, so far
   * @param orderPlaced ready messages in that queue, and so on
   * @param deadLetters ready in the dead-letter queues
   * @param latencyMillis the 99th percentile of accepting, of all orders so far
   * @param recent of the orders that were answered since the sample before
   */
  public record Sample(
      double seconds,
      long accepted,
      long decided,
      long orderPlaced,
      long inventoryReserved,
      long orderOutcome,
      long deadLetters,
      double latencyMillis,
      Latency recent) {
    /** Ready messages in all queues that services consume; -1 when nobody could tell. */
    public long waiting() {
      return orderPlaced < 0 ? -1 : orderPlaced + inventoryReserved + orderOutcome;
    }
  }

  /**
   * Something that was done on purpose.
   *
   * @param from seconds since the start
   * @param until when it was mended; the same for what needs no mending
   */
  public record Mark(double from, double until, String what) {}

  /** The most messages that waited at a time. */
  public long peak() {
    return samples.stream().mapToLong(Sample::waiting).max().orElse(0);
  }

  /** What half a second of orders may leave in the queues at any time. */
  public long usual() {
    if (samples.isEmpty()) {
      return 0;
    }
    Sample last = samples.getLast();
    return Math.max(10, (long) (last.accepted() / Math.max(1, last.seconds()) / 2));
  }

  /** When the last fault was mended; 0 without one. */
  public double mended() {
    return marks.stream().mapToDouble(Mark::until).max().orElse(0);
  }

  /**
   * Seconds from the last mending until no more waited than {@code usual}; negative when that was
   * not seen.
   */
  public double recovery(long usual) {
    double mended = mended();
    return samples.stream()
        .filter(sample -> sample.seconds() >= mended)
        .filter(sample -> sample.waiting() >= 0 && sample.waiting() <= usual)
        .mapToDouble(sample -> sample.seconds() - mended)
        .findFirst()
        .orElse(-1);
  }
}
