package orderflow.cli.io;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Holds back what the embedded broker's library logs while a broker starts: the command reports a
 * start that fails in one line. The log is written with {@code -v}, or once the broker has started.
 * One start at a time is held back; another one waits. To be closed by the thread that opened it.
 */
public final class StartupLogBuffer implements AutoCloseable {
  private static final int MOST_EVENTS = 1_000;
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Queue<ILoggingEvent> events = new ArrayBlockingQueue<>(MOST_EVENTS);
  private final List<Logger> loggers;
  private boolean started;

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          event.prepareForDeferredProcessing();
          boolean _ = events.offer(event);
        }
      };

  /**
   * @param logger a class of ours that logs the library's events
   */
  public StartupLogBuffer(Class<?> logger) {
    ONE_AT_A_TIME.lock();
    loggers =
        Stream.concat(Logging.BROKER_LIBRARIES.stream(), Stream.of(logger.getName()))
            .map(context::getLogger)
            .toList();
    appender.setContext(context);
    appender.start();
    loggers.forEach(held -> {
      held.addAppender(appender);
      held.setAdditive(false);
    });
  }

  /** The broker has started; {@link #close} writes the log. */
  public void started() {
    started = true;
  }

  /** The message of the innermost cause of the first error with one. */
  public Optional<String> cause() {
    return events.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
        .map(ILoggingEvent::getThrowableProxy)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .map(StartupLogBuffer::innermost)
        .map(IThrowableProxy::getMessage);
  }

  private static IThrowableProxy innermost(IThrowableProxy error) {
    IThrowableProxy inner = error;
    @Nullable IThrowableProxy cause = inner.getCause();
    while (cause != null) {
      inner = cause;
      cause = inner.getCause();
    }
    return inner;
  }

  @Override
  public void close() {
    try {
      loggers.forEach(held -> {
        held.setAdditive(true);
        held.detachAppender(appender);
      });
      if (started || Logging.isVerbose()) {
        events.forEach(context.getLogger(Logger.ROOT_LOGGER_NAME)::callAppenders);
      }
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }
}
