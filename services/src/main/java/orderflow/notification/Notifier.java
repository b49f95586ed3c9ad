package orderflow.notification;

import java.util.List;
import java.util.Optional;

/**
 * A way to tell users. At least once: after a crash a notification may go out again, with the same
 * {@link Notification#messageId}. Used by one thread.
 */
interface Notifier extends AutoCloseable {
  /** For each of {@code notifications}, in order: empty when it went out, or why it did not. */
  List<Optional<String>> send(List<Notification> notifications) throws InterruptedException;

  @Override
  default void close() {}
}
