package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** A time limit that is longer on a busy machine. Not thread-safe. */
public final class Deadline {
  private static final double NOTABLE = 1.2;
  private static final Duration UNBOUNDED = Duration.ofDays(1);

  private final Duration limit;
  private final Duration longest;
  private final LongSupplier nanoTime;
  private final DoubleSupplier slowdown;
  private long start;
  private double factor = 1;

  /** Starts now. */
  public Deadline(Duration limit) {
    this(limit, UNBOUNDED);
  }

  /**
   * Starts now.
   *
   * @param longest the limit on the busiest machine
   */
  public Deadline(Duration limit, Duration longest) {
    this(limit, longest, System::nanoTime, MachineLoad::slowdown);
  }

  /**
   * @param slowdown how many times slower than idle the machine is; asked when the limit is reached
   */
  public Deadline(
      Duration limit, Duration longest, LongSupplier nanoTime, DoubleSupplier slowdown) {
    this.limit = limit;
    this.longest = longest;
    this.nanoTime = nanoTime;
    this.slowdown = slowdown;
    this.start = nanoTime.getAsLong();
  }

  /** Whether the time is up, given how busy the machine is now. */
  public boolean isOver() {
    if (elapsedNanos() < limit.toNanos() * factor) {
      return false;
    }
    double most = (double) longest.toMillis() / limit.toMillis();
    factor = Math.clamp(slowdown.getAsDouble(), factor, Math.max(factor, most));
    return elapsedNanos() >= limit.toNanos() * factor;
  }

  private long elapsedNanos() {
    return nanoTime.getAsLong() - start;
  }

  /** Starts again, after progress. */
  public void restart() {
    start = nanoTime.getAsLong();
  }

  /** The time waited, human-readable. */
  public String waited() {
    long seconds = Math.round(limit.toSeconds() * factor);
    return factor < NOTABLE
        ? seconds + " s"
        : seconds + " s, on a busy machine (" + MachineLoad.description() + ")";
  }
}
