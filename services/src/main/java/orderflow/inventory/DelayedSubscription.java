package orderflow.inventory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
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
  public void ackAll(List<Delivery> batch) {
    subscription.ackAll(batch);
  }

  @Override
  public void ack(Delivery delivery) {
    subscription.ack(delivery);
  }

  @Override
  public void release(Delivery delivery) {
    subscription.release(delivery);
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
  public AckBarrier ackBarrier() {
    return subscription.ackBarrier();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
