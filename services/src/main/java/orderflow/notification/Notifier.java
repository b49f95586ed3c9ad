package orderflow.notification;

import java.time.Duration;
import java.util.List;

/**
 * A way to tell users. At least once: after a crash a notification may go out again, with the same
 * {@link Notification#messageId}. Used by one thread.
 */
interface Notifier extends AutoCloseable {
  /** How many to hand over at a time, and so how many a crash may repeat. */
  int batch();

  /**
   * Sends, from the first of {@code notifications} on, and tells what became of each it tried, in
   * order. It tries one at least; the rest it leaves alone when it has worked long enough, or when
   * the server does not go on.
   */
  List<Result> send(List<Notification> notifications) throws InterruptedException;

  @Override
  default void close() {}

  /** What became of one notification. */
  sealed interface Result {
    /** It went out. */
    record Sent() implements Result {}

    /** It did not go out. */
    sealed interface Failed extends Result {
      /** One line for the operator. */
      String reason();
    }

    /** The server does not want this one, and most likely never will. */
    record Refused(String reason) implements Failed {}

    /** The server does not take this one just now. */
    record Deferred(String reason) implements Failed {}

    /**
     * The server cannot be used at all; it is not the notification's fault.
     *
     * @param pause how long the server asks to wait
     */
    record Unreachable(String reason, Duration pause) implements Failed {
      Unreachable(String why) {
        this(why, Duration.ZERO);
      }
    }
  }
}
