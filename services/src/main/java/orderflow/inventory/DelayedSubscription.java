package orderflow.inventory;

import java.time.Duration;
import java.util.List;
import orderflow.messaging.Delivery;
import orderflow.messaging.ForwardingSubscription;
import orderflow.messaging.Subscription;

/** Fault injection: one message at a time, each after a delay. */
final class DelayedSubscription extends ForwardingSubscription {
  private final Duration delay;

  DelayedSubscription(Subscription subscription, Duration delay) {
    super(subscription);
    this.delay = delay;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    List<Delivery> one = super.poll(1, wait);
    if (!one.isEmpty()) {
      Thread.sleep(delay);
    }
    return one;
  }
}
