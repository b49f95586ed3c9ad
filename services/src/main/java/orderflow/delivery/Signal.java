package orderflow.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one waiting thread; raised before the wait, it is not lost. Thread-safe. */
public final class Signal {
  private final Semaphore raised = new Semaphore(0);

  public void raise() {
    if (raised.availablePermits() == 0) {
      raised.release();
    }
  }

  /** Waits until it is raised, at most {@code limit}; answers whether it was. */
  public boolean await(Duration limit) throws InterruptedException {
    boolean woken = raised.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
    raised.drainPermits(); // two who raise it at once are one call to wake up
    return woken;
  }
}
