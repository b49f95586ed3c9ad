package orderflow.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A consumer on its own channel. After a {@link MessagingException} it cannot be used, and
 * unacknowledged messages are delivered again. Not thread-safe.
 */
public interface Subscription extends AutoCloseable {
  /**
   * Returns at most {@code max} deliveries in order; waits up to {@code wait} for the first.
   *
   * @throws MessagingException when the channel or the consumer is lost
   */
  List<Delivery> poll(int max, Duration wait) throws InterruptedException;

  /**
   * Acknowledges all polled deliveries with one multiple ack; {@code batch} must contain all that
   * are unacknowledged. Dead-lettered messages are acknowledged too: a broker with a dead-letter
   * policy would dead-letter a rejected message once more.
   *
   * @throws MessagingException when the channel is lost; the batch is then delivered again
   */
  void ackAll(List<Delivery> batch);

  /**
   * Acknowledges one delivery. Not to be mixed with {@link #ackAll}.
   *
   * @throws MessagingException when the channel is lost; the message is then delivered again
   */
  void ack(Delivery delivery);

  /**
   * Keeps one delivery unacknowledged until {@link #close} requeues it, and no longer counts its
   * bytes against the limit. Used with {@link #ack} only.
   */
  default void release(Delivery delivery) {}

  /**
   * Changes how many deliveries may be unacknowledged; earlier deliveries do not count.
   *
   * @throws MessagingException when the channel is lost
   */
  void prefetch(int prefetch);

  /** Why the broker may drop redelivered messages of this queue, in one line; usually empty. */
  default Optional<String> deliveryLimitRisk() {
    return Optional.empty();
  }

  /**
   * Sends a barrier that shows when the broker has processed the acks so far, because acks have no
   * reply. Call it only when the last barrier is reached.
   *
   * @throws MessagingException when the channel is lost
   */
  AckBarrier ackBarrier();

  /** Stops deliveries; unacknowledged ones are requeued. Never throws. */
  @Override
  void close();
}
