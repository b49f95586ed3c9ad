package orderflow.cli.load;

/**
 * How long answers took, in milliseconds since the intended send times; -1 when there was none.
 *
 * @param median half of them took no longer
 * @param p99 99 of 100 took no longer
 * @param max the longest
 */
public record Latency(double median, double p99, double max) {
  public static final Latency NONE = new Latency(-1, -1, -1);
}
