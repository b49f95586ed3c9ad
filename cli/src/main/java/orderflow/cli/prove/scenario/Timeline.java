package orderflow.cli.prove.scenario;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import orderflow.cli.load.Latency;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.messaging.Topology;

/**
 * Samples and faults of a scenario. Pure.
 *
 * @param samples in order of time, several a second
 * @param marks the faults
 */
public record Timeline(List<Sample> samples, List<Mark> marks) {
  public static final Timeline EMPTY = new Timeline(List.of(), List.of());

  /**
   * The state at one moment. An unknown number is -1.
   *
   * @param seconds since the start
   * @param accepted orders so far
   * @param decided orders with an outcome event so far
   * @param orderPlaced ready messages in that queue, and so on
   * @param deadLetters ready messages in the dead-letter queues
   * @param latencyMillis the 99th percentile of accepting all orders so far
   * @param recent latency of the orders since the previous sample
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
    static final String DEAD_LETTERS = "dead_letters";

    HistoryRecord.Sample toRecord(long t) {
      return new HistoryRecord.Sample(
          t,
          accepted,
          decided,
          Map.of(
              Topology.ORDER_PLACED,
              orderPlaced,
              Topology.INVENTORY_RESERVED,
              inventoryReserved,
              Topology.ORDER_OUTCOME,
              orderOutcome,
              DEAD_LETTERS,
              deadLetters),
          latencyMillis,
          List.of(recent.median(), recent.p99(), recent.max()));
    }

    /** Ready messages in all queues of the services; -1 when unknown. */
    public long waiting() {
      return orderPlaced < 0 ? -1 : orderPlaced + inventoryReserved + orderOutcome;
    }
  }

  /**
   * One fault.
   *
   * @param from seconds since the start
   * @param until when it was healed
   * @param what its description
   */
  public record Mark(double from, double until, String what) {}

  /** At most about {@code most} of the samples, at equal distances, and the last one. */
  public Timeline thinned(int most) {
    int step = Math.ceilDiv(Math.max(1, samples.size()), most);
    return new Timeline(
        IntStream.range(0, samples.size())
            .filter(i -> i % step == 0 || i == samples.size() - 1)
            .mapToObj(samples::get)
            .toList(),
        marks);
  }

  /** The most messages that waited at a time. */
  public long peak() {
    return samples.stream().mapToLong(Sample::waiting).max().orElse(0);
  }

  /** The usual number of waiting messages: half a second of orders. */
  public long usual() {
    if (samples.isEmpty()) {
      return 0;
    }
    Sample last = samples.getLast();
    return Math.max(10, (long) (last.accepted() / Math.max(1, last.seconds()) / 2));
  }

  /**
   * Seconds from the end of the last fault until no more than the {@linkplain #usual usual} number
   * of messages waited; negative when that was not observed.
   */
  public double recovery() {
    long usual = usual();
    double healed = marks.stream().mapToDouble(Mark::until).max().orElse(0);
    return samples.stream()
        .filter(sample -> sample.seconds() >= healed)
        .filter(sample -> sample.waiting() >= 0 && sample.waiting() <= usual)
        .mapToDouble(sample -> sample.seconds() - healed)
        .findFirst()
        .orElse(-1);
  }
}
