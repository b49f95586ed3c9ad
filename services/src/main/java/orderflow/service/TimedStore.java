package orderflow.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import orderflow.store.Store;

/** Measures how long write transactions take. Thread-safe. */
final class TimedStore implements Store {
  private final Store store;
  private final Timer writes;

  TimedStore(Store store, MeterRegistry metrics) {
    this.store = store;
    this.writes =
        Timer.builder("orderflow.store.commit")
            .description(
                "Time of a write transaction, with its wait for the one before and its commit")
            .register(metrics);
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    long start = System.nanoTime();
    try {
      return store.write(durability, work);
    } finally {
      writes.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public <T> T read(Work<T> work) {
    return store.read(work);
  }

  @Override
  public void probe() {
    store.probe();
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public void close() {
    store.close();
  }
}
