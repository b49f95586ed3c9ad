package orderflow.cli.operate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Samples the flow on its own thread, so that the screen stays responsive. Thread-safe. */
public final class BackgroundSampler implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final FlowSampler sampler;
  private final Duration every;
  private final Thread thread;
  private final AtomicReference<@Nullable Sample> newest = new AtomicReference<>();
  private final Semaphore requests = new Semaphore(0);
  private volatile @Nullable RuntimeException failure;
  private volatile boolean paused;
  private volatile boolean deadLetters;

  /**
   * @param deadLetters lines about them; empty when they were not requested
   */
  public record Sample(FlowSnapshot snapshot, List<String> deadLetters) {}

  /**
   * @param sampler closed with this
   * @param every pause between two samples
   */
  public BackgroundSampler(FlowSampler sampler, Duration every) {
    this.sampler = sampler;
    this.every = every;
    this.thread = Thread.ofPlatform().daemon().name("sampler").start(this::run);
  }

  /**
   * The newest sample since the last call; null when there is none. A snapshot may come twice, the
   * second time with its dead letters.
   *
   * @throws RuntimeException that ended the sampling
   */
  public @Nullable Sample next() {
    RuntimeException ended = failure;
    if (ended != null) {
      throw ended;
    }
    return newest.getAndSet(null);
  }

  /** Stops sampling, or resumes it with a sample at once. */
  public void pause(boolean now) {
    paused = now;
    if (!now) {
      requests.release();
    }
  }

  /** Turns the sampling of dead letters on or off; the next sample follows immediately. */
  public void showDeadLetters(boolean now) {
    deadLetters = now;
    requests.release();
  }

  private void run() {
    List<String> deadLetterLines = List.of();
    try (sampler) {
      while (true) {
        requests.drainPermits();
        boolean withDeadLetters = deadLetters;
        FlowSnapshot snapshot = sampler.take();
        deadLetterLines = withDeadLetters ? deadLetterLines : List.of();
        newest.set(new Sample(snapshot, deadLetterLines));
        if (withDeadLetters) {
          deadLetterLines = sampler.deadLetters();
          newest.set(new Sample(snapshot, deadLetterLines));
        }
        boolean requested;
        do {
          requested = requests.tryAcquire(every.toNanos(), TimeUnit.NANOSECONDS);
        } while (!requested && paused);
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns within a second, though a sample may still be running. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
