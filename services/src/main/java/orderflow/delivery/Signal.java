package orderflow.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one waiting thread; a signal raised before the wait is kept. Thread-safe. */
public final class Signal {
  private final Semaphore raised = new Semaphore(0);

  public void raise() {
    if (raised.availablePermits() == 0) {
      raised.release();
    }
  }

  /** Waits up to {@code limit}; returns whether it was raised. */
  public boolean await(Duration limit) throws InterruptedException {
    boolean woken = raised.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS);
    raised.drainPermits(); // concurrent raises count once
    return woken;
  }
}
