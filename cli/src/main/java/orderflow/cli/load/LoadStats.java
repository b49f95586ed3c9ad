package orderflow.cli.load;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import orderflow.cli.client.OrderClient.PlaceStatus;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Counts and latencies of a run. Thread-safe. */
public final class LoadStats {
  private static final long MAX_LATENCY_NANOS = 3_600_000_000_000L;
  private static final int DIGITS = 3;

  private final LongAdder sent = new LongAdder();
  private final LongAdder notSent = new LongAdder();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final AtomicReference<String> firstProblem = new AtomicReference<>("");
  private final Histogram latencyNanos = new ConcurrentHistogram(1_000, MAX_LATENCY_NANOS, DIGITS);
  private final Recorder recentNanos = new Recorder(1_000, MAX_LATENCY_NANOS, DIGITS);
  private @Nullable Histogram spare;

  void sent() {
    sent.increment();
  }

  void notSent(long orders) {
    notSent.add(orders);
  }

  /**
   * @param nanos since the due time
   */
  void answered(PlaceStatus status, long nanos) {
    switch (status) {
      case ACCEPTED -> accepted.increment();
      case REJECTED, UNAVAILABLE -> rejected.increment();
      case UNKNOWN -> errors.increment();
    }
    long recorded = Math.clamp(nanos, 1, MAX_LATENCY_NANOS);
    latencyNanos.recordValue(recorded);
    recentNanos.recordValue(recorded);
  }

  /** Keeps the first reason for which an order was not accepted. */
  void problem(String why) {
    firstProblem.compareAndSet("", why);
  }

  /** Empty when there was none. */
  public String firstProblem() {
    return firstProblem.get();
  }

  public long sentCount() {
    return sent.sum();
  }

  /** Due orders that were never sent, because too many were unanswered. */
  public long notSentCount() {
    return notSent.sum();
  }

  public long acceptedCount() {
    return accepted.sum();
  }

  public long rejectedCount() {
    return rejected.sum();
  }

  public long errorCount() {
    return errors.sum();
  }

  /** Milliseconds, at most 1 h. */
  public double latencyMillis(double percentile) {
    return latencyNanos.getValueAtPercentile(percentile) / 1e6;
  }

  /** Milliseconds. */
  public double maxLatencyMillis() {
    return latencyNanos.getMaxValue() / 1e6;
  }

  /** Of the orders answered since the last call. */
  public synchronized Latency takeRecentLatency() {
    Histogram recent = recentNanos.getIntervalHistogram(spare);
    spare = recent;
    return recent.getTotalCount() == 0
        ? Latency.NONE
        : new Latency(
            recent.getValueAtPercentile(50) / 1e6,
            recent.getValueAtPercentile(99) / 1e6,
            recent.getMaxValue() / 1e6);
  }
}
