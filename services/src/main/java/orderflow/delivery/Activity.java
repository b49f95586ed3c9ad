package orderflow.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The activity of a thread and when it began. That thread writes; any thread may read. */
public final class Activity {
  /** Longer than every bounded wait of a step; outgoing calls have shorter deadlines. */
  public static final Duration LIMIT = Duration.ofSeconds(15);

  private final LongSupplier nanoTime;
  private volatile @Nullable Current current;

  private record Current(Supplier<String> name, long sinceNanos) {}

  /**
   * @param nanoTime monotonic, as {@link System#nanoTime}
   */
  public Activity(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public void begin(String name) {
    begin(() -> name);
  }

  /**
   * @param name read by other threads whenever they ask
   */
  public void begin(Supplier<String> name) {
    current = new Current(name, nanoTime.getAsLong());
  }

  public void end() {
    current = null;
  }

  /** "stuck for 17 s in committing"; empty while the activity is within {@link #LIMIT}. */
  public Optional<String> stuck() {
    Current running = current;
    if (running == null) {
      return Optional.empty();
    }
    Duration taken = Duration.ofNanos(nanoTime.getAsLong() - running.sinceNanos());
    return taken.compareTo(LIMIT) <= 0
        ? Optional.empty()
        : Optional.of("stuck for %d s in %s".formatted(taken.toSeconds(), running.name().get()));
  }
}
