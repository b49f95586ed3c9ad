package orderflow.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits the memory that request and response bodies take together; otherwise slow clients with
 * large bodies could exhaust a small heap. Thread-safe.
 */
final class MemoryBudget {
  private static final int FREE = 4 * 1024;
  private static final int UNIT = 1024;

  private final int total;
  private final Semaphore units;

  MemoryBudget(int bytes) {
    this.total = bytes / UNIT + 1;
    this.units = new Semaphore(total);
  }

  /** A share for one body, empty at first. */
  Share share() {
    return new Share();
  }

  /** The part that one body takes. One thread adds; any thread may release, more than once. */
  final class Share {
    private final AtomicInteger taken = new AtomicInteger();
    private int bytes;

    /**
     * Makes room for so many more bytes. Small bodies need no room; one larger than the whole
     * budget takes all of it.
     *
     * @throws HttpProblem 503 when there is no room
     */
    void add(int more) {
      bytes += more;
      int missing = bytes <= FREE ? 0 : Math.min(bytes / UNIT, total) - taken.get();
      if (!units.tryAcquire(missing)) {
        throw Problems.overloaded();
      }
      taken.addAndGet(missing);
    }

    void release() {
      units.release(taken.getAndSet(0));
    }
  }
}
