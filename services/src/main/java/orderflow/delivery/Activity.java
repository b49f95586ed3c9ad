package orderflow.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's thread is doing and since when, so that others notice when it hangs. One thread
 * begins and ends; any thread may ask.
 */
public final class Activity {
  /** Longer than every bounded wait of a step; the deadlines of outward calls are shorter. */
  public static final Duration LIMIT = Duration.ofSeconds(15);

  private final LongSupplier nanoTime;
  private volatile @Nullable Current current;

  private record Current(Supplier<String> what, long sinceNanos) {}

  /**
   * @param nanoTime monotonic, as {@link System#nanoTime}
   */
  public Activity(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public void begin(String what) {
    begin(() -> what);
  }

  /**
   * @param what names the work in hand whenever it is asked, by another thread
   */
  public void begin(Supplier<String> what) {
    current = new Current(what, nanoTime.getAsLong());
  }

  public void end() {
    current = null;
  }

  /**
   * "stuck for 17 s in committing"; empty unless what was begun takes longer than {@link #LIMIT}.
   */
  public Optional<String> stuck() {
    Current running = current;
    if (running == null) {
      return Optional.empty();
    }
    long nanos = nanoTime.getAsLong() - running.sinceNanos();
    return nanos <= LIMIT.toNanos()
        ? Optional.empty()
        : Optional.of(
            "stuck for %d s in %s"
                .formatted(TimeUnit.NANOSECONDS.toSeconds(nanos), running.what().get()));
  }
}
