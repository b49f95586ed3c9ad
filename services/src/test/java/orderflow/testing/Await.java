package orderflow.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Polls a condition, with a limit. */
public final class Await {
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /** A condition; exceptions are passed on. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Returns as soon as {@code condition} holds.
   *
   * @throws AssertionError naming {@code what} when it does not hold within {@code limit}
   */
  public static void until(String what, Duration limit, Condition condition) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
