package orderflow.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.Delivery;
import orderflow.messaging.ForwardingSubscription;
import orderflow.messaging.Subscription;

/**
 * Takes one message at a time until a batch was acknowledged, and again while messages arrive whose
 * earlier deliveries failed repeatedly. A quorum queue counts each failed delivery and drops a
 * message at its limit, so a consumer that crashes in a loop must not hold a full prefetch window.
 */
public final class SlowStartSubscription extends ForwardingSubscription {
  /** The prefetch to subscribe with. */
  public static final int FIRST_PREFETCH = 1;

  /** A single failed delivery is normal after a stop or a crash. */
  private static final long REPEATED_FAILURES = 2;

  /** From this many failed deliveries on, the operator has to know. */
  private static final long ALARMING_FAILURES = 3;

  private final int fullPrefetch;
  private final Worker.ReadinessCheck check;
  private final Optional<String> risk;
  private boolean full;
  private boolean alarmed;
  private boolean unacknowledged;

  /**
   * @param subscription with a prefetch of {@link #FIRST_PREFETCH}
   * @param fullPrefetch the prefetch after the first acknowledged batch
   * @param check down while the broker may drop messages of the queue
   */
  public SlowStartSubscription(
      Subscription subscription, int fullPrefetch, Worker.ReadinessCheck check) {
    super(subscription);
    this.fullPrefetch = fullPrefetch;
    this.check = check;
    this.risk = subscription.deliveryLimitRisk();
    showRisk();
  }

  private void showRisk() {
    risk.ifPresentOrElse(check::down, check::up);
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    List<Delivery> batch = super.poll(max, wait);
    if (batch.isEmpty() && !unacknowledged) {
      endAlarm(); // the queue is idle, and all its messages were handled
    }
    unacknowledged |= !batch.isEmpty();
    long failures = batch.stream().mapToLong(Delivery::failedDeliveries).max().orElse(0);
    if (failures >= ALARMING_FAILURES) {
      alarmed = true;
      check.down(
          "a message of %s was delivered %d times and not acknowledged; at its limit it is dropped"
              .formatted(batch.getFirst().queue(), failures));
    }
    return batch;
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    super.ackAll(batch);
    unacknowledged = false;
    if (batch.stream().anyMatch(delivery -> delivery.failedDeliveries() >= REPEATED_FAILURES)) {
      return; // not yet: with several such messages in a row the check would flap
    }
    endAlarm();
    if (!full) {
      full = true;
      prefetch(fullPrefetch);
    }
  }

  private void endAlarm() {
    if (alarmed) {
      alarmed = false;
      showRisk();
    }
  }
}
