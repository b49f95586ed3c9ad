package orderflow.http;

import java.util.concurrent.Semaphore;

/**
 * Limits the memory that request and response bodies take together; otherwise slow clients with
 * large bodies could exhaust a small heap. Thread-safe.
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
   * Small bodies need no room; one larger than the whole budget takes all of it.
   *
   * @return the argument for {@link #release}
   * @throws HttpProblem 503 when there is no room
   */
  int reserve(int bytes) {
    int wanted = bytes <= FREE ? 0 : Math.min(bytes / UNIT, total);
    if (!units.tryAcquire(wanted)) {
      throw Problems.overloaded();
    }
    return wanted;
  }

  void release(int reserved) {
    units.release(reserved);
  }
}
