package orderflow.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A channel in confirm mode that publishes with {@code mandatory}. A refused message does not
 * affect the others. After a {@link MessagingException} the publisher cannot be used: outstanding
 * messages have an unknown result and must be published again on a new one. Not thread-safe.
 */
public interface Publisher extends AutoCloseable {
  /** A message that the broker did not put into all queues for it; the reason is one line. */
  record Refusal(long id, Kind kind, String reason) {
    /** The method of the refusal. */
    public enum Kind {
      /** basic.nack: a queue is full, or has no quorum. */
      NACK,
      /** basic.return: no queue is bound. */
      UNROUTABLE
    }
  }

  /**
   * Results of publishing.
   *
   * @param confirmed ids of messages
   */
  record Confirms(long[] confirmed, List<Refusal> refused) {
    public boolean isEmpty() {
      return confirmed.length == 0 && refused.isEmpty();
    }
  }

  /**
   * Publishes without waiting for the confirm.
   *
   * @param id returned by {@link #confirms}
   * @throws MessagingException when the channel is lost
   * @throws IllegalStateException when {@link #remainingCapacity} is 0
   */
  void publish(long id, Message message);

  /**
   * Whether {@code message} fits into the broker's frames. Otherwise {@link #publish} drops the
   * largest headers and records them in another header.
   */
  boolean fits(Message message);

  /**
   * The results since the last call; waits up to {@code wait} for the first one. Results that came
   * before the channel was lost are still returned.
   *
   * @throws MessagingException when the channel is lost, or a confirm is overdue
   */
  Confirms confirms(Duration wait) throws InterruptedException;

  /**
   * The confirmed ids of {@link #confirms}, for callers that stop at the first refusal.
   *
   * @throws MessagingException when the channel is lost, a confirm is overdue, or a message was
   *     refused
   */
  default long[] confirmedIds(Duration wait) throws InterruptedException {
    Confirms confirms = confirms(wait);
    for (Refusal refusal : confirms.refused()) {
      throw new MessagingException(MessagingException.Kind.MESSAGE_REFUSED, refusal.reason());
    }
    return confirms.confirmed();
  }

  /** The number of messages that are neither confirmed nor refused. */
  int outstanding();

  /** How many messages may be published before the next result. */
  int remainingCapacity();

  /** The broker's reason while it blocks publishers; do not publish then. */
  Optional<String> blockedReason();

  /** Closes the connection, within a bounded time; never throws. */
  @Override
  void close();
}
