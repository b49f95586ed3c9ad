package orderflow.cli.io;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Buffers the log of the embedded broker's library while a broker starts, because the command
 * reports a failed start in one line. Writes the log once the broker has started, or with {@code
 * --verbose}. A second start waits. To be closed by the thread that opened it.
 */
public final class StartupLogBuffer implements AutoCloseable {
  private static final int MAX_EVENTS = 1_000;
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Queue<ILoggingEvent> events = new ArrayBlockingQueue<>(MAX_EVENTS);
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
   * @param logger our class that logs the events of the library
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

  /** The broker has started: {@link #close} writes the log. */
  public void started() {
    started = true;
  }

  /** The message of the root cause of the first error with a stack trace. */
  public Optional<String> cause() {
    return events.stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
        .map(ILoggingEvent::getThrowableProxy)
        .flatMap(Stream::ofNullable)
        .findFirst()
        .flatMap(error ->
            Stream.iterate(error, Objects::nonNull, IThrowableProxy::getCause)
                .reduce((_, cause) -> cause))
        .map(IThrowableProxy::getMessage);
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
