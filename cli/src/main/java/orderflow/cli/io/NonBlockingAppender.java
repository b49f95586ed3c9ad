package orderflow.cli.io;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import orderflow.service.DroppedLogLines;

/**
 * Writes through another appender on a thread of its own, so that a blocked standard error does not
 * block the workers. Lines that do not fit into the bounded queue are dropped, counted, and
 * reported in the log once there is room again. Lines keep their order.
 */
public final class NonBlockingAppender extends AsyncAppender {
  /** A few seconds of a busy service; about 10 MB at most. */
  private static final int QUEUE = 16_384;

  private static final Duration POLL = Duration.ofMillis(2);

  private final ReentrantLock lock = new ReentrantLock();
  private final int size;
  private long queued;
  private long unreported;
  private final AtomicLong written = new AtomicLong();

  NonBlockingAppender(LoggerContext context, Appender<ILoggingEvent> target) {
    this(context, target, QUEUE);
  }

  public NonBlockingAppender(LoggerContext context, Appender<ILoggingEvent> target, int size) {
    this.size = size;
    setContext(context);
    setQueueSize(size);
    setDiscardingThreshold(0);
    setNeverBlock(true);
    addAppender(new Counted(target));
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    lock.lock();
    try {
      if (isFull()) {
        unreported++;
        DroppedLogLines.add();
      } else {
        reportDropped();
        enqueue(event);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A full queue counts as full until a quarter is free, to limit the number of reports. */
  private boolean isFull() {
    return getRemainingCapacity() < (unreported == 0 ? 1 : Math.max(2, size / 4));
  }

  private void reportDropped() {
    if (unreported > 0) {
      Logger logger = ((LoggerContext) getContext()).getLogger("Logging");
      enqueue(
          new LoggingEvent(
              NonBlockingAppender.class.getName(),
              logger,
              Level.WARN,
              "{} log lines dropped here: the log is not read fast enough",
              null,
              new Object[] {unreported}));
      unreported = 0;
    }
  }

  private void enqueue(ILoggingEvent event) {
    super.append(event);
    queued++;
  }

  /** Waits until all lines are written, at most {@code limit}. */
  public void flush(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    lock.lock();
    try {
      if (getRemainingCapacity() > 0) {
        reportDropped();
      }
    } finally {
      lock.unlock();
    }
    while (written.get() < queuedCount() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private long queuedCount() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  /** Counts written lines, on the writing thread. */
  private final class Counted extends AppenderBase<ILoggingEvent> {
    private final Appender<ILoggingEvent> target;

    Counted(Appender<ILoggingEvent> target) {
      this.target = target;
      setContext(target.getContext());
      start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      try {
        target.doAppend(event);
      } finally {
        written.incrementAndGet();
      }
    }

    @Override
    public void stop() {
      target.stop();
      super.stop();
    }
  }
}
