package orderflow.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Forwards every call to another subscription; subclasses change some of them. */
public abstract class ForwardingSubscription implements Subscription {
  private final Subscription subscription;

  protected ForwardingSubscription(Subscription subscription) {
    this.subscription = subscription;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    return subscription.poll(max, wait);
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
