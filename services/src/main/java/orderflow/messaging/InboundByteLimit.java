package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.TrafficListener;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits the bytes of unacknowledged messages of a connection, because prefetch limits only their
 * number. Above the limit it blocks the thread that reads the connection, so that TCP slows the
 * broker down; heartbeats are sent by another thread. A single message always passes. Thread-safe.
 */
final class InboundByteLimit implements TrafficListener {
  private final long limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long held;
  private boolean open = true;

  InboundByteLimit(long limit) {
    this.limit = limit;
  }

  @Override
  public void write(Command outboundCommand) {}

  @Override
  public void read(Command inboundCommand) {
    if (inboundCommand.getMethod() instanceof AMQP.Basic.Deliver) {
      acquire(inboundCommand.getContentBody().length);
    }
  }

  private void acquire(long bytes) {
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

  /** Ends the limit. */
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
