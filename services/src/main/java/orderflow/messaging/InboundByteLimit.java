package orderflow.messaging;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the bytes that arrived and were not settled. Prefetch bounds a count only, and a thousand
 * large messages would fill the heap. One message passes however large it is, so nothing gets
 * stuck. Thread-safe.
 */
final class InboundByteLimit {
  private final long limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long held;
  private boolean open = true;

  InboundByteLimit(long limit) {
    this.limit = limit;
  }

  /** Waits until there is room, or the budget is closed. */
  void acquire(long bytes) {
    lock.lock();
    try {
      while (open && held > 0 && held + bytes > limit) {
        changed.awaitUninterruptibly();
      }
      held += bytes;
    } finally {
      lock.unlock();
    }
  }

  void release(long bytes) {
    lock.lock();
    try {
      held -= bytes;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets everybody pass from now on. */
  void close() {
    lock.lock();
    try {
      open = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
