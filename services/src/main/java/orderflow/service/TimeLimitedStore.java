package orderflow.service;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;

/**
 * A store with a time limit, for HTTP requests and metrics, which must not wait for a disk that
 * hangs. Work runs on its own threads; after the limit the caller gets a {@link StoreException},
 * and work that has not begun is cancelled. Thread-safe.
 */
final class TimeLimitedStore implements Store {
  /** One for reads and one for writes: the store runs one of each at a time. */
  private static final int THREADS = 2;

  private static final int MAX_WAITING = 256;

  private final Store store;
  private final Duration limit;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          Thread.ofPlatform().name("store-", 0).daemon().factory());

  TimeLimitedStore(Store store, Duration limit) {
    this.store = store;
    this.limit = limit;
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    return inTime(() -> store.write(durability, work));
  }

  @Override
  public <T> T read(Work<T> work) {
    return inTime(() -> store.read(work));
  }

  @Override
  public void probe() {
    inTime(() -> {
      store.probe();
      return true;
    });
  }

  @Override
  public void check() {
    inTime(() -> {
      store.check();
      return true;
    });
  }

  private <T> T inTime(Callable<T> work) {
    Future<T> running;
    try {
      running = threads.submit(work);
    } catch (RejectedExecutionException e) {
      throw new StoreException(Kind.BUSY, "too many requests wait for the store", e);
    }
    try {
      return running.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      running.cancel(false);
      throw new StoreException(
          Kind.BUSY, "the store did not answer within " + limit.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.UNAVAILABLE, "interrupted while the store worked", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException thrown -> throw thrown;
        case Error thrown -> throw thrown;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Ends its threads; the wrapped store stays open. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
