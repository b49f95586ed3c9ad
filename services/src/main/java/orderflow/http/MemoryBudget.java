package orderflow.http;

import java.util.concurrent.Semaphore;

/**
 * Bounds the memory that bodies on their way in and answers on their way out take together. Without
 * it, as many slow clients as there are connections could each hold a large one, and exhaust a
 * small heap. Thread-safe.
 */
final class MemoryBudget {
  private static final int TOTAL = 16 * 1024 * 1024;
  private static final int FREE = 4 * 1024;
  private static final int UNIT = 1024;

  private final int total;
  private final Semaphore units;

  MemoryBudget(int maxBody) {
    this.total = Math.max(TOTAL, maxBody) / UNIT + 1;
    this.units = new Semaphore(total);
  }

  /**
   * Reserves room. Small bodies need none; one larger than the whole budget takes all of it.
   *
   * @return what to give back with {@link #release}
   * @throws HttpProblem 503 when there is no room
   */
  int reserve(int bytes) {
    if (bytes <= FREE) {
      return 0;
    }
    int wanted = Math.min(bytes / UNIT, total);
    if (!units.tryAcquire(wanted)) {
      throw Problems.overloaded();
    }
    return wanted;
  }

  void release(int reserved) {
    units.release(reserved);
  }
}
