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
 * Logs go to stderr: by default only errors, for commands; services turn them on. Found by Logback
 * as a {@link Configurator}, which spares reading a configuration file at each start.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String APPENDER = "stderr";
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(1);
  private static volatile @Nullable NonBlockingAppender services;
  private static final List<String> CLIENT_FAILURES =
      List.of("com.rabbitmq.client.Connection", "com.rabbitmq.client.impl.SocketFrameHandler");
  static final List<String> BROKER_LIBRARIES = List.of("org.apache.qpid", "qpid", "com.sleepycat");
  private static volatile boolean clientHeard;

  /** Kept, or it would be forgotten with its level. */
  private static java.util.logging.@Nullable Logger terminalLibrary;

  private static final String PATTERN =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\", UTC} %-5level %logger - %msg%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    use(context, console(context, LogFormat.TEXT), Level.ERROR);
    silence(context, !clientHeard);
    // A native library that cannot be loaded is told by the store, in one line.
    context.getLogger("org.sqlite").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * What a service logs: its work, and warnings of the libraries. A log that nobody reads does not
   * block it.
   */
  public static void configureForServices(LogFormat format) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
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
    // A connection that was cut is our own workers' to report, once.
    context.getLogger("com.rabbitmq").setLevel(Level.ERROR);
  }

  /**
   * What the embedded broker's library logs about clients that it cuts off as it closes, and about
   * its own parts that find each other closed, is no news; the process ends.
   */
  public static void silenceClosingBroker() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    for (String library : BROKER_LIBRARIES) {
      context.getLogger(library).setLevel(Level.OFF);
    }
  }

  /**
   * A connection to the broker that fails is told by whoever needs it, in one line; how the client
   * library tells it as well is for who wants it all.
   */
  public static void showClientErrors(boolean heard) {
    if (heard != clientHeard) { // else no command would start without the log
      clientHeard = heard;
      silence((LoggerContext) LoggerFactory.getILoggerFactory(), !heard);
    }
  }

  /** Whether a command was asked to show what is usually left out. */
  static boolean isVerbose() {
    return clientHeard;
  }

  /** A terminal that the system does not know is used as a plain one, which need not be told. */
  public static synchronized void silenceTerminalLibrary() {
    terminalLibrary = java.util.logging.Logger.getLogger("org.jline");
    terminalLibrary.setLevel(java.util.logging.Level.OFF);
  }

  private static void silence(LoggerContext context, boolean silent) {
    for (String logger : CLIENT_FAILURES) {
      context.getLogger(logger).setLevel(silent ? Level.OFF : Level.ERROR);
    }
  }

  /** Waits until what services have logged is written, for a second at most. */
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
    return switch (format) {
      case TEXT -> text(context);
      case JSON -> json(context);
    };
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    var encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithArguments(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.start();
    return encoder;
  }
}
