package orderflow.cli.load;

/** Latencies in milliseconds since the due times; -1 when there was no response. */
public record Latency(double median, double p99, double max) {
  public static final Latency NONE = new Latency(-1, -1, -1);
}
