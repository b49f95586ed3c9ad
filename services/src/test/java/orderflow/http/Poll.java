package orderflow.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import orderflow.testing.RawHttpClient;

/** Waits for what the server does in its own time. */
final class Poll {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Poll() {}

  static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new AssertionError("did not come true within " + LIMIT);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** For servers that have no connection to spare at once, and turn newcomers away at first. */
  static void untilServed(int port) {
    until(() -> isServed(port));
  }

  private static boolean isServed(int port) {
    try {
      return RawHttpClient.once(port, RawHttpClient.post("/echo", "{}")).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
