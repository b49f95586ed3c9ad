package orderflow.notification;

import java.time.Duration;
import java.util.List;

/**
 * Sends notifications, at least once: after a crash a notification may be sent again, with the same
 * {@link Notification#messageId}. Used by one thread.
 */
interface Notifier extends AutoCloseable {
  /** The number of notifications for one call, and so the number that a crash may repeat. */
  int batch();

  /**
   * Sends at least the first of {@code notifications}, and others until a time limit or a failure
   * of the server.
   *
   * @return one result for each that was tried, in order
   */
  List<Result> send(List<Notification> notifications) throws InterruptedException;

  @Override
  default void close() {}

  /** The result for one notification. */
  sealed interface Result {
    /** It was sent. */
    record Sent() implements Result {}

    /** It was not sent. */
    sealed interface Failed extends Result {
      /** One line for the operator. */
      String reason();
    }

    /** The server rejects this notification, most likely for good. */
    record Refused(String reason) implements Failed {}

    /** The server rejects this notification for now. */
    record Deferred(String reason) implements Failed {}

    /**
     * The server cannot be used at all.
     *
     * @param pause how long the server asks to wait
     */
    record Unreachable(String reason, Duration pause) implements Failed {
      Unreachable(String reason) {
        this(reason, Duration.ZERO);
      }
    }
  }
}
