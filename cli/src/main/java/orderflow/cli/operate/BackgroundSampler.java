package orderflow.cli.operate;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the flow again and again on a thread of its own, so that whoever shows it can answer
 * keys however long a look takes. Thread-safe.
 */
public final class BackgroundSampler implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final FlowSampler sampler;
  private final Duration every;
  private final Thread thread;
  private final AtomicReference<@Nullable Sample> newest = new AtomicReference<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private volatile @Nullable RuntimeException failure;
  private boolean paused;
  private boolean deadLetters;
  private boolean asked;

  /**
   * @param deadLetters lines about them; empty when they were not asked for
   */
  public record Sample(FlowSnapshot snapshot, List<String> deadLetters) {}

  /**
   * @param sampler closed with this
   * @param every from the end of a look to the beginning of the next
   */
  public BackgroundSampler(FlowSampler sampler, Duration every) {
    this.sampler = sampler;
    this.every = every;
    this.thread = Thread.ofPlatform().daemon().name("lookout").start(this::run);
  }

  /**
   * What was seen since this was asked last; null when nothing was. A snapshot may come twice: dead
   * letters take longer, and follow it.
   *
   * @throws RuntimeException when looking has ended with it
   */
  public @Nullable Sample next() {
    RuntimeException ended = failure;
    if (ended != null) {
      throw ended;
    }
    return newest.getAndSet(null);
  }

  public void pause(boolean now) {
    lock.lock();
    try {
      paused = now;
      asked = !now;
      wanted.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether looks go into dead letters too; the next one comes at once. */
  public void showDeadLetters(boolean now) {
    lock.lock();
    try {
      deadLetters = now;
      asked = true;
      wanted.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    List<String> letters = List.of();
    try (sampler) {
      while (true) {
        boolean shown = areDeadLettersShown();
        FlowSnapshot snapshot = sampler.take();
        letters = shown ? letters : List.of();
        newest.set(new Sample(snapshot, letters));
        if (shown) {
          letters = sampler.deadLetters();
          newest.set(new Sample(snapshot, letters));
        }
        awaitNext();
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean areDeadLettersShown() {
    lock.lock();
    try {
      asked = false;
      return deadLetters;
    } finally {
      lock.unlock();
    }
  }

  private void awaitNext() throws InterruptedException {
    lock.lock();
    try {
      long left = every.toNanos();
      while (!asked && (paused || left > 0)) {
        if (paused) {
          wanted.await();
        } else {
          left = wanted.awaitNanos(left);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns within a second, though a look may still be under way. */
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
