package orderflow.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test advances. Not thread-safe. */
public final class SteppingClock extends Clock {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private Duration tick = Duration.ZERO;

  private long nanos;

  public void advance(Duration by) {
    now = now.plus(by);
    nanos += by.toNanos();
  }

  /** Sets the clock while no time passes. */
  public void set(Duration ahead) {
    now = now.plus(ahead);
  }

  /** The time that has passed, independent of the clock. */
  public long nanoTime() {
    nanos += tick.toNanos();
    return nanos;
  }

  /** Advances the clock at each reading from now on. */
  public void tick(Duration each) {
    tick = each;
  }

  @Override
  public Instant instant() {
    now = now.plus(tick);
    nanos += tick.toNanos();
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("only UTC");
  }
}
