package orderflow.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One consumer on one channel. Not thread-safe. After any {@link MessagingException} it is of no
 * more use, and what was not acknowledged will be delivered again.
 */
public interface Subscription extends AutoCloseable {
  /**
   * What has arrived, in order, at most {@code max}; waits up to {@code wait} for the first.
   *
   * @throws MessagingException when the channel or the consumer is lost
   */
  List<Delivery> poll(int max, Duration wait) throws InterruptedException;

  /**
   * Acknowledges a whole batch, which must be everything that was polled and is not settled yet,
   * with one multiple ack: legal only because no lower delivery tag is left unresolved. What was
   * dead-lettered is acknowledged too, not rejected: a broker with a dead-letter policy of its own
   * would make a second dead letter of it.
   *
   * @throws MessagingException when the channel is lost; the batch is then delivered again
   */
  void ackAll(List<Delivery> batch);

  /**
   * Acknowledges one message, whatever becomes of its neighbours: for those who take only some out
   * of a queue. Not to be mixed with {@link #ackAll}.
   *
   * @throws MessagingException when the channel is lost; the message is then delivered again
   */
  void ack(Delivery delivery);

  /**
   * Leaves one message unsettled until {@link #close}, when it goes back to where it was: what it
   * takes in memory no longer counts against what may be in hand. With {@link #ack} only.
   */
  default void release(Delivery delivery) {}

  /**
   * From now on up to {@code prefetch} deliveries may be unacknowledged at a time. What was
   * delivered before stays as it is.
   *
   * @throws MessagingException when the channel is lost
   */
  void prefetch(int prefetch);

  /**
   * Why the broker may drop messages of this queue that it delivers again and again, as one line
   * for the operator; empty when it does not, or does not tell.
   */
  default Optional<String> deliveryLimitRisk() {
    return Optional.empty();
  }

  /**
   * Asks the broker to answer behind everything that was settled so far, and returns at once: an
   * acknowledgement has no answer of its own. To be asked only when the last receipt has arrived.
   *
   * @throws MessagingException when the channel is lost
   */
  AckBarrier ackBarrier();

  /** Stops deliveries; those that were not settled go back to the queue. Never throws. */
  @Override
  void close();
}
