package orderflow.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A publish-only channel in confirm mode; everything goes out {@code mandatory}. Not thread-safe. A
 * message that the broker refuses concerns only itself. After any {@link MessagingException} the
 * channel is of no more use: what was outstanding is unknown and has to be published again on a new
 * one.
 */
public interface Publisher extends AutoCloseable {
  /**
   * A message that the broker answered for and that is in no queue, or not in each that it is for.
   *
   * @param reason one line
   */
  record Refusal(long id, Kind kind, String reason) {
    /** How the broker refuses. */
    public enum Kind {
      /** basic.nack: a queue is full, or has no majority of its replicas. */
      NACK,
      /** basic.return: no queue takes it. */
      UNROUTABLE
    }
  }

  /**
   * What the broker answered.
   *
   * @param confirmed the ids of the messages that it has taken responsibility for
   */
  record Confirms(long[] confirmed, List<Refusal> refused) {
    /** Whether there are any. */
    public boolean isEmpty() {
      return confirmed.length == 0 && refused.isEmpty();
    }
  }

  /**
   * Sends without waiting for the confirm.
   *
   * @param id the caller's, comes back from {@link #confirms}
   * @throws MessagingException when the channel is lost
   * @throws IllegalStateException when {@link #remainingCapacity} is 0
   */
  void publish(long id, Message message);

  /**
   * Whether {@code message} goes out as it is; of one that does not, {@link #publish} drops the
   * largest headers, and names them in another.
   */
  boolean fits(Message message);

  /**
   * What the broker answered since the last call; waits up to {@code wait} for the first answer.
   * Answers that came before the channel was lost are still handed out.
   *
   * @throws MessagingException when the channel is lost, or a confirm is overdue
   */
  Confirms confirms(Duration wait) throws InterruptedException;

  /**
   * The ids that the broker has taken responsibility for, as in {@link #confirms}, for callers that
   * give up at the first refusal.
   *
   * @throws MessagingException when the channel is lost, a confirm is overdue, or a message was
   *     refused
   */
  default long[] confirmedIds(Duration wait) throws InterruptedException {
    Confirms answers = confirms(wait);
    for (Refusal refusal : answers.refused()) {
      throw new MessagingException(MessagingException.Kind.MESSAGE_REFUSED, refusal.reason());
    }
    return answers.confirmed();
  }

  /** How many messages are neither confirmed nor refused. */
  int outstanding();

  /** How many more may be published before some are confirmed. */
  int remainingCapacity();

  /** The broker's reason while an alarm makes it block publishers; do not publish meanwhile. */
  Optional<String> blockedReason();

  /** Closes the connection, within a bounded time; never throws. */
  @Override
  void close();
}
