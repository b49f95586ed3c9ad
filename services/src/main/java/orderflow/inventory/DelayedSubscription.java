package orderflow.inventory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.Delivery;
import orderflow.messaging.Receipt;
import orderflow.messaging.Subscription;

/** The testers' knob: one message at a time, each after a delay. */
final class DelayedSubscription implements Subscription {
  private final Subscription subscription;
  private final Duration delay;

  DelayedSubscription(Subscription subscription, Duration delay) {
    this.subscription = subscription;
    this.delay = delay;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    List<Delivery> one = subscription.poll(1, wait);
    if (!one.isEmpty()) {
      Thread.sleep(delay);
    }
    return one;
  }

  @Override
  public void settle(List<Delivery> batch) {
    subscription.settle(batch);
  }

  @Override
  public void settleOne(Delivery delivery) {
    subscription.settleOne(delivery);
  }

  @Override
  public void leave(Delivery delivery) {
    subscription.leave(delivery);
  }

  @Override
  public void prefetch(int prefetch) {
    subscription.prefetch(prefetch);
  }

  @Override
  public Optional<String> deliveryLimitRisk() {
    return subscription.deliveryLimitRisk();
  }

  @Override
  public Receipt receipt() {
    return subscription.receipt();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
