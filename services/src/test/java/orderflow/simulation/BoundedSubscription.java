package orderflow.simulation;

import java.time.Duration;
import java.util.List;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Subscription;
import orderflow.store.MemoryStore;

/**
 * Sees that a consumer takes nothing while too much waits to be published.
 *
 * @param memory what the consumer has on record
 * @param limit from how many waiting messages on it has to wait
 */
record BoundedSubscription(
    Subscription real, MemoryStore memory, long limit, SimulationHistory ledger)
    implements Subscription {
  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    long waiting =
        Simulation.count(memory, "outbox") + Simulation.count(memory, "dead_letter_outbox");
    if (waiting >= limit) {
      ledger.violate(
          "bound: more was taken, though %d waited, the limit is %d".formatted(waiting, limit));
    }
    return real.poll(max, wait);
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    real.ackAll(batch);
  }

  @Override
  public void ack(Delivery delivery) {
    real.ack(delivery);
  }

  @Override
  public void prefetch(int prefetch) {
    real.prefetch(prefetch);
  }

  @Override
  public AckBarrier ackBarrier() {
    return real.ackBarrier();
  }

  @Override
  public void close() {
    real.close();
  }
}
