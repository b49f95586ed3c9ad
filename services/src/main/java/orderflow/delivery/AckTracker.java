package orderflow.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Acks single messages of a queue and tracks which acks the broker is known to have processed: an
 * ack has no response, so one barrier at a time covers all acks before it. Keeps delivery tags, not
 * messages. Not thread-safe.
 */
public final class AckTracker implements AutoCloseable {
  private static final Duration BARRIER_PAUSE = Duration.ofMillis(5);

  private final Subscription messages;
  private final Deque<Long> acked = new ArrayDeque<>();
  private @Nullable AckBarrier barrier;
  private int covered;
  private @Nullable MessagingException lost;

  public AckTracker(Subscription messages) {
    this.messages = messages;
  }

  /**
   * @throws MessagingException when the connection is lost
   */
  public List<Delivery> poll(int most, Duration wait) throws InterruptedException {
    try {
      return messages.poll(most, wait);
    } catch (MessagingException e) {
      lost = e;
      throw e;
    }
  }

  /** Leaves {@code message} in its queue. */
  public void release(Delivery message) {
    messages.release(message);
  }

  /** Acks {@code message}, unless the connection is lost. */
  public void ack(Delivery message) {
    acked.add(message.tag());
    if (lost == null) {
      try {
        messages.ack(message);
      } catch (MessagingException e) {
        lost = e;
      }
    }
  }

  /** The tags of the messages that are known to be removed since the last call. */
  public List<Long> removed() {
    List<Long> removed = new ArrayList<>();
    if (lost != null) {
      return removed;
    }
    if (barrier == null && !acked.isEmpty()) {
      try {
        barrier = messages.ackBarrier();
        covered = acked.size();
      } catch (MessagingException e) {
        lost = e;
      }
    }
    if (barrier != null && barrier.isReached()) {
      barrier = null;
      for (; covered > 0; covered--) {
        removed.add(acked.remove());
      }
    }
    return removed;
  }

  /**
   * Releases messages that arrive while a barrier is awaited: the barrier is behind them.
   *
   * @throws MessagingException when the connection is lost
   */
  public void releaseArrivals() throws InterruptedException {
    if (isAwaitingBarrier()) {
      poll(0, BARRIER_PAUSE).forEach(messages::release);
    }
  }

  /** The tags of messages that were acked and are not known to be removed. */
  public List<Long> unremoved() {
    return List.copyOf(acked);
  }

  public boolean isAwaitingBarrier() {
    return !acked.isEmpty() && lost == null;
  }

  /**
   * @throws MessagingException when the connection is lost
   */
  public void throwIfLost() {
    if (lost != null) {
      throw lost;
    }
  }

  @Override
  public void close() {
    messages.close();
  }
}
