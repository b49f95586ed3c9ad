package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * A limit that gives a busy machine more time: what is slow there is not broken. Not thread-safe.
 */
public final class Deadline {
  private static final double NOTABLE = 1.2;

  private final Duration limit;
  private final Duration longest;
  private final LongSupplier nanoTime;
  private final DoubleSupplier slowdown;
  private long start;
  private double factor = 1;

  /** From now on. */
  public Deadline(Duration limit) {
    this(limit, System::nanoTime, MachineLoad::slowdown);
  }

  /**
   * From now on.
   *
   * @param longest the limit on the busiest machine
   */
  public Deadline(Duration limit, Duration longest) {
    this(limit, longest, System::nanoTime, MachineLoad::slowdown);
  }

  public Deadline(Duration limit, LongSupplier nanoTime, DoubleSupplier slowdown) {
    this(limit, Duration.ofDays(1), nanoTime, slowdown);
  }

  /**
   * @param longest the limit on the busiest machine
   * @param slowdown how many times as long the machine takes now as if it had nothing else to do;
   *     asked for only when the limit is reached
   */
  public Deadline(
      Duration limit, Duration longest, LongSupplier nanoTime, DoubleSupplier slowdown) {
    this.limit = limit;
    this.longest = longest;
    this.nanoTime = nanoTime;
    this.slowdown = slowdown;
    this.start = nanoTime.getAsLong();
  }

  /** Whether the time is up, as long as the machine is as busy as now. */
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

  /** The limit counts from now on: there was progress. */
  public void restart() {
    start = nanoTime.getAsLong();
  }

  /** How long was waited, for people. */
  public String waited() {
    long seconds = Math.round(limit.toSeconds() * factor);
    return factor < NOTABLE
        ? seconds + " s"
        : seconds + " s, on a busy machine (" + MachineLoad.description() + ")";
  }
}
