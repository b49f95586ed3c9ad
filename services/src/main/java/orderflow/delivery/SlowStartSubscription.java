package orderflow.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Subscription;

/**
 * Takes one message at a time until a batch was acknowledged, and also while messages come that
 * were delivered in vain more than once. A quorum queue counts every delivery that is not
 * acknowledged and drops a message that has too many, so a process that crashes again and again
 * must not hold more messages than it can handle. Tells a condition when messages may be dropped.
 */
public final class SlowStartSubscription implements Subscription {
  /** The prefetch to subscribe with. */
  public static final int FIRST_PREFETCH = 1;

  /**
   * One failed delivery is what a stop or a crash leaves; two of the same message are a pattern.
   */
  private static final long PATTERN = 2;

  /** From so many failed deliveries on an operator has to know. */
  private static final long ALARMING = 3;

  private final Subscription subscription;
  private final int fullPrefetch;
  private final Worker.ReadinessCheck condition;
  private final Optional<String> risk;
  private boolean full;
  private boolean alarmed;
  private boolean unacknowledged;

  /**
   * @param subscription with a prefetch of {@link #FIRST_PREFETCH}
   * @param fullPrefetch the prefetch once messages are known to be handled
   * @param condition down while the broker may drop messages of the queue
   */
  public SlowStartSubscription(
      Subscription subscription, int fullPrefetch, Worker.ReadinessCheck condition) {
    this.subscription = subscription;
    this.fullPrefetch = fullPrefetch;
    this.condition = condition;
    this.risk = subscription.deliveryLimitRisk();
    showRisk();
  }

  private void showRisk() {
    risk.ifPresentOrElse(condition::down, condition::up);
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    List<Delivery> batch = subscription.poll(max, wait);
    if (batch.isEmpty() && !unacknowledged) {
      calm(); // the queue is idle, and all that came from it was handled
    }
    unacknowledged |= !batch.isEmpty();
    batch.stream()
        .mapToLong(Delivery::failedDeliveries)
        .max()
        .ifPresent(most -> {
          if (most >= ALARMING) {
            alarmed = true;
            condition.down(
                "a message of %s was delivered %d times and not acknowledged; at its limit it is dropped"
                    .formatted(batch.getFirst().queue(), most));
          }
        });
    return batch;
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    subscription.ackAll(batch);
    unacknowledged = false;
    if (batch.stream().anyMatch(delivery -> delivery.failedDeliveries() >= PATTERN)) {
      return;
    }
    calm();
    if (!full) {
      full = true;
      subscription.prefetch(fullPrefetch);
    }
  }

  /** Not after each of several such messages, or a check would flap. */
  private void calm() {
    if (alarmed) {
      alarmed = false;
      showRisk();
    }
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
    return risk;
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
