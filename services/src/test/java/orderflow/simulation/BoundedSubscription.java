package orderflow.simulation;

import java.time.Duration;
import java.util.List;
import orderflow.messaging.Delivery;
import orderflow.messaging.ForwardingSubscription;
import orderflow.messaging.Subscription;
import orderflow.store.MemoryStore;

/** Checks that a consumer takes no message while its outbox is full. */
final class BoundedSubscription extends ForwardingSubscription {
  private final MemoryStore memory;
  private final long limit;
  private final SimulationHistory history;

  /**
   * @param memory the store of the consumer
   * @param limit the number of waiting messages from which on it must not take more
   */
  BoundedSubscription(
      Subscription real, MemoryStore memory, long limit, SimulationHistory history) {
    super(real);
    this.memory = memory;
    this.limit = limit;
    this.history = history;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    long waiting =
        Simulation.count(memory, "outbox") + Simulation.count(memory, "dead_letter_outbox");
    if (waiting >= limit) {
      history.violate(
          "bound: a message was taken with %d waiting; the limit is %d".formatted(waiting, limit));
    }
    return super.poll(max, wait);
  }
}
