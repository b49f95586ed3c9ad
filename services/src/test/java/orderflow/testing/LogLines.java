package orderflow.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Captures the lines of one logger from INFO up. Thread-safe. */
public final class LogLines implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final @Nullable Level usual;

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
      };

  /** Listens from now on to the logger with {@code name}. */
  public LogLines(String name) {
    this(name, Level.INFO);
  }

  /** As {@link #LogLines(String)}, from {@code level} up. */
  public LogLines(String name, Level level) {
    logger = (Logger) LoggerFactory.getLogger(name);
    usual = logger.getLevel();
    logger.setLevel(level);
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.addAppender(appender);
  }

  /** The lines with their level. */
  public List<String> all() {
    return List.copyOf(lines);
  }

  /** Those at {@code level}, without it. */
  public List<String> at(String level) {
    return lines.stream()
        .filter(line -> line.startsWith(level + " "))
        .map(line -> line.substring(level.length() + 1))
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
    logger.setLevel(usual);
    appender.stop();
  }
}
