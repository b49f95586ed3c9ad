package orderflow.badinput;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** Collects the log lines of this JVM. */
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  LogCapture() {
    setContext(root.getLoggerContext());
    start();
    root.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    seen.add(event.getFormattedMessage());
    for (IThrowableProxy thrown = event.getThrowableProxy();
        thrown != null;
        thrown = thrown.getCause()) {
      seen.add(String.valueOf(thrown.getMessage()));
    }
  }

  /**
   * @throws AssertionError when a message since the last call contains {@code mark}, or anything
   *     that could forge a line or an effect on a terminal
   */
  void requireClean(String mark) {
    for (String message = seen.poll(); message != null; message = seen.poll()) {
      if (message.contains(mark) || !message.chars().allMatch(LogCapture::isHarmless)) {
        throw new AssertionError("logged: " + message);
      }
    }
  }

  private static boolean isHarmless(int c) {
    return c >= ' ' && c <= '~';
  }

  @Override
  public void close() {
    root.detachAppender(this);
    stop();
  }
}
