package orderflow.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters that somebody takes from their queue. Knows which of those that it acknowledged
 * the broker has removed: an acknowledgement has no answer of its own, so one receipt at a time
 * covers all before it. Not thread-safe.
 *
 * @param <T> what is kept of a letter until it is known to be removed: the letter itself where its
 *     bytes may be held that long
 */
public final class AckTracker<T> implements AutoCloseable {
  private static final Duration RECEIPT_PAUSE = Duration.ofMillis(5);

  private final Subscription letters;
  private final Queue<T> acknowledged = new ArrayDeque<>();
  private @Nullable AckBarrier receipt;
  private int covered;
  private @Nullable MessagingException lost;

  public AckTracker(Subscription letters) {
    this.letters = letters;
  }

  /**
   * @throws MessagingException when the connection is lost
   */
  public List<Delivery> poll(int most, Duration wait) throws InterruptedException {
    try {
      return letters.poll(most, wait);
    } catch (MessagingException e) {
      lost = e;
      throw e;
    }
  }

  public void leave(Delivery letter) {
    letters.release(letter);
  }

  /** Acknowledges {@code letter}, as long as the connection is there. */
  public void remove(Delivery letter, T kept) {
    acknowledged.add(kept);
    if (lost == null) {
      try {
        letters.ack(letter);
      } catch (MessagingException e) {
        lost = e;
      }
    }
  }

  /** Those that are known to be removed since the last call. */
  public List<T> removed() {
    List<T> removed = new ArrayList<>();
    if (lost != null) {
      return removed;
    }
    if (receipt == null && !acknowledged.isEmpty()) {
      try {
        receipt = letters.ackBarrier();
        covered = acknowledged.size();
      } catch (MessagingException e) {
        lost = e;
      }
    }
    if (receipt != null && receipt.isReached()) {
      receipt = null;
      for (; covered > 0; covered--) {
        removed.add(acknowledged.remove());
      }
    }
    return removed;
  }

  /**
   * While a receipt is awaited: letters that arrive are let go, for it is behind them.
   *
   * @throws MessagingException when the connection is lost
   */
  public void letPass() throws InterruptedException {
    if (isRemoving()) {
      poll(0, RECEIPT_PAUSE).forEach(letters::release);
    }
  }

  /** Those that were acknowledged, or were to be, and are not known to be removed. */
  public Collection<T> unremoved() {
    return Collections.unmodifiableCollection(acknowledged);
  }

  /** Whether more can become known to be removed. */
  public boolean isRemoving() {
    return !acknowledged.isEmpty() && lost == null;
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
    letters.close();
  }
}
