package orderflow.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import orderflow.store.ForwardingStore;
import orderflow.store.Store;

/** Measures how long write transactions take. Thread-safe. */
final class TimedStore extends ForwardingStore {
  private final Timer writes;

  TimedStore(Store store, MeterRegistry metrics) {
    super(store);
    this.writes =
        Timer.builder("orderflow.store.commit")
            .description(
                "Time of a write transaction, with its wait for the one before and its commit")
            .register(metrics);
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    Timer.Sample sample = Timer.start();
    try {
      return super.write(durability, work);
    } finally {
      sample.stop(writes);
    }
  }
}
