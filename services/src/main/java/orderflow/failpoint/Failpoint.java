package orderflow.failpoint;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A point between two steps at which the process can be made to crash, as by SIGKILL: nothing is
 * flushed, committed, acknowledged or closed. Off by default, and then free of cost: the field that
 * switches it on is a constant for the compiler.
 *
 * <p>The environment variable {@value #VARIABLE} switches one on: {@code consumer.commit.after:3}
 * lets the process end with {@value #EXIT_CODE} when it passes that point for the third time. Only
 * {@code verify} sets it, in the services that it starts.
 */
public enum Failpoint {
  /** Order: the orders and their events are written, and not committed. */
  ACCEPT_COMMIT_BEFORE,
  /** Order: the orders are committed, and no request knows it. */
  ACCEPT_COMMIT_AFTER,
  /** Order: the decision is known, and its response is not sent. */
  ACCEPT_ANSWER_BEFORE,

  /** A batch of the outbox was handed to the connection. */
  RELAY_PUBLISH_AFTER,
  /** Messages are confirmed, and still in the outbox. */
  RELAY_CONFIRM_AFTER,
  /** Confirmed messages were deleted from the outbox. */
  RELAY_DELETE_AFTER,

  /** The effects of a batch are written, and not committed. */
  CONSUMER_COMMIT_BEFORE,
  /** A batch is committed, and not acknowledged. */
  CONSUMER_COMMIT_AFTER,
  /** The acknowledgement was handed to the connection. */
  CONSUMER_ACK_AFTER,

  /** Notification: users were notified, and that is not recorded. */
  NOTIFY_SEND_AFTER,
  /** Notification: it is recorded that users were notified. */
  NOTIFY_MARK_AFTER;

  /** The environment variable that switches one on. */
  public static final String VARIABLE = "ORDERFLOW_FAILPOINT";

  /** The exit code of a process that crashed at a failpoint. */
  public static final int EXIT_CODE = 86;

  /** The value of {@link #VARIABLE} that only prints each point when it is first passed. */
  public static final String TRACE = "trace";

  private static final @Nullable Switch SWITCH = Switch.of(System.getenv(VARIABLE));

  /** What happens at each point. */
  private interface Switch {
    void reached(Failpoint point);

    /**
     * @throws IllegalArgumentException when {@code value} is invalid
     */
    static @Nullable Switch of(@Nullable String value) {
      if (value == null) {
        return null;
      }
      if (value.equals(TRACE)) {
        Set<Failpoint> passed = ConcurrentHashMap.newKeySet();
        return point -> {
          if (passed.add(point)) {
            System.err.println("Failpoint " + point);
          }
        };
      }
      int colon = value.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException(VARIABLE + " must be POINT:PASS, and is " + value);
      }
      Failpoint chosen = Failpoint.of(value.substring(0, colon));
      long pass = Long.parseLong(value.substring(colon + 1));
      var passes = new AtomicLong();
      return point -> {
        if (point == chosen && passes.incrementAndGet() == pass) {
          System.err.println("Crash at failpoint " + point + ", pass " + pass);
          Runtime.getRuntime().halt(EXIT_CODE);
        }
      };
    }
  }

  /** The value of {@link #VARIABLE} for a crash at the {@code pass}-th pass of this point. */
  public String crashAt(int pass) {
    return this + ":" + pass;
  }

  /** Crashes when this pass is the chosen one. Call it where the process may crash. */
  public void reach() {
    if (SWITCH != null) {
      SWITCH.reached(this);
    }
  }

  /**
   * @throws IllegalArgumentException when there is none of that name
   */
  public static Failpoint of(String name) {
    for (Failpoint point : values()) {
      if (point.toString().equals(name)) {
        return point;
      }
    }
    throw new IllegalArgumentException("there is no failpoint " + name);
  }

  /** For example {@code consumer.commit.after}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
