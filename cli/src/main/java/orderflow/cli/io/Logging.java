package orderflow.cli.io;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Logging to standard error: errors for commands, everything for services. Logback finds this
 * {@link Configurator} as a service, which is faster than a configuration file.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String APPENDER = "stderr";
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(1);
  private static volatile @Nullable NonBlockingAppender services;
  private static final List<String> CLIENT_FAILURES =
      List.of("com.rabbitmq.client.Connection", "com.rabbitmq.client.impl.SocketFrameHandler");
  static final List<String> BROKER_LIBRARIES = List.of("org.apache.qpid", "qpid", "com.sleepycat");
  private static volatile boolean clientErrorsShown;

  /** A strong reference: java.util.logging forgets loggers and their levels. */
  private static java.util.logging.@Nullable Logger terminalLibrary;

  private static final String PATTERN =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\", UTC} %-5level %logger - %msg%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    use(context, console(context, LogFormat.TEXT), Level.ERROR);
    silenceClient(context);
    // The store reports a native library that cannot be loaded.
    context.getLogger("org.sqlite").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Logs the work of services and warnings of libraries, without blocking. */
  public static void configureForServices(LogFormat format) {
    LoggerContext context = context();
    var appender = new NonBlockingAppender(context, console(context, format));
    use(context, appender, Level.INFO);
    if (services == null) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(Logging::flush));
    }
    services = appender;
    // It warns of bad requests, and quotes them.
    context.getLogger("org.eclipse.jetty").setLevel(Level.ERROR);
    for (String library : BROKER_LIBRARIES) {
      context.getLogger(library).setLevel(Level.WARN);
    }
    // Our workers report lost connections.
    context.getLogger("com.rabbitmq").setLevel(Level.ERROR);
  }

  /** The embedded broker logs each client and part that it closes; not needed at the end. */
  public static void silenceClosingBroker() {
    LoggerContext context = context();
    for (String library : BROKER_LIBRARIES) {
      context.getLogger(library).setLevel(Level.OFF);
    }
  }

  /** Shows or hides the client library's own reports of failed connections. */
  public static void showClientErrors(boolean shown) {
    if (shown != clientErrorsShown) { // otherwise Logback need not start
      clientErrorsShown = shown;
      silenceClient(context());
    }
  }

  /** Whether {@code --verbose} is set. */
  static boolean isVerbose() {
    return clientErrorsShown;
  }

  /** Hides the warning about an unknown terminal type. */
  public static synchronized void silenceTerminalLibrary() {
    terminalLibrary = java.util.logging.Logger.getLogger("org.jline");
    terminalLibrary.setLevel(java.util.logging.Level.OFF);
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static void silenceClient(LoggerContext context) {
    for (String logger : CLIENT_FAILURES) {
      context.getLogger(logger).setLevel(clientErrorsShown ? Level.ERROR : Level.OFF);
    }
  }

  /** Waits a second at most until the lines of services are written. */
  static void flush() {
    NonBlockingAppender appender = services;
    if (appender != null) {
      appender.flush(FLUSH_LIMIT);
    }
  }

  private static void use(LoggerContext context, Appender<ILoggingEvent> appender, Level level) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    appender.setName(APPENDER);
    appender.start();
    root.addAppender(appender);
    root.setLevel(level);
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, LogFormat format) {
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, format));
    appender.start();
    return appender;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
    var encoder =
        switch (format) {
          case TEXT -> {
            var text = new PatternLayoutEncoder();
            text.setPattern(PATTERN);
            yield text;
          }
          case JSON -> {
            var json = new JsonEncoder();
            json.setWithArguments(false);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.setWithContext(false);
            json.setWithFormattedMessage(true);
            json.setWithMessage(false);
            yield json;
          }
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }
}
