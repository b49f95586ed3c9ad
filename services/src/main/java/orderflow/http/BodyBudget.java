package orderflow.http;

import java.util.concurrent.Semaphore;

/**
 * Bounds the memory that request bodies take together: without it, as many clients as there are
 * connections could each fill a body to its limit and exhaust a small heap. Thread-safe.
 */
final class BodyBudget {
  private static final int TOTAL = 16 * 1024 * 1024;
  private static final int FREE = 4 * 1024;
  private static final int UNIT = 1024;

  private final Semaphore units;

  BodyBudget(int maxBody) {
    this.units = new Semaphore(Math.max(TOTAL, maxBody) / UNIT + 1);
  }

  /**
   * Reserves room for a body; small ones need none.
   *
   * @return what to give back with {@link #release}
   * @throws HttpProblem 503 when there is no room
   */
  int reserve(int bytes) {
    if (bytes <= FREE) {
      return 0;
    }
    int wanted = bytes / UNIT;
    if (!units.tryAcquire(wanted)) {
      throw Problems.overloaded();
    }
    return wanted;
  }

  void release(int reserved) {
    units.release(reserved);
  }
}
