package orderflow.messaging;

import java.time.Duration;
import java.util.Optional;

/**
 * A publish-only channel in confirm mode; everything goes out {@code mandatory}. Not thread-safe.
 * After any {@link MessagingException} it is of no more use: what was outstanding is unknown and
 * has to be published again on a new one.
 */
public interface Publisher extends AutoCloseable {
  /**
   * Sends without waiting for the confirm.
   *
   * @param id the caller's, comes back from {@link #confirmed}
   * @throws MessagingException when the channel is lost
   * @throws IllegalStateException when {@link #room} is 0
   */
  void publish(long id, Message message);

  /**
   * Whether {@code message} goes out as it is; of one that does not, {@link #publish} drops the
   * largest headers, and names them in another.
   */
  boolean fits(Message message);

  /**
   * The ids that the broker has taken responsibility for since the last call; waits up to {@code
   * wait} for the first. A message that no queue took is never among them.
   *
   * @throws MessagingException when the channel is lost, a message was refused or returned as
   *     unroutable, or a confirm is overdue
   */
  long[] confirmed(Duration wait) throws InterruptedException;

  /** How many messages are neither confirmed nor refused. */
  int outstanding();

  /** How many more may be published before some are confirmed. */
  int room();

  /** The broker's reason while an alarm makes it block publishers; do not publish meanwhile. */
  Optional<String> blocked();

  /** Closes the connection, within a bounded time; never throws. */
  @Override
  void close();
}
