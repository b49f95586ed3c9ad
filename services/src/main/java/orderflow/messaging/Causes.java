package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQConnection;
import java.util.Optional;
import java.util.Set;

/** Turns the client's nested exceptions into one readable line. */
final class Causes {
  /** For which Qpid ends the whole connection. */
  private static final Set<Integer> REFUSALS =
      Set.of(
          AMQP.ACCESS_REFUSED,
          AMQP.NOT_FOUND,
          AMQP.RESOURCE_LOCKED,
          AMQP.PRECONDITION_FAILED,
          AMQP.NOT_ALLOWED);

  private Causes() {}

  static String rootOf(Throwable thrown) {
    Throwable root = thrown;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof ShutdownSignalException signal) {
        return of(signal);
      }
      if (cause instanceof ChannelContinuationTimeoutException timeout) {
        return unanswered(timeout);
      }
    }
    String message = root.getMessage();
    return oneLine(
        message == null || message.isBlank() ? root.getClass().getSimpleName() : message);
  }

  private static String unanswered(ChannelContinuationTimeoutException timeout) {
    String limit =
        timeout.getChannel() instanceof Channel channel
                && channel.getConnection() instanceof AMQConnection connection
            ? "within %,d ms".formatted(connection.getChannelRpcTimeout())
            : "in time";
    return "the broker did not answer %s %s"
        .formatted(timeout.getMethod().protocolMethodName(), limit);
  }

  static String of(ShutdownSignalException signal) {
    return switch (signal.getReason()) {
      case AMQP.Connection.Close close -> oneLine(close.getReplyText());
      case AMQP.Channel.Close close -> oneLine(close.getReplyText());
      case null, default -> {
        Throwable cause = signal.getCause();
        String message = cause == null ? null : cause.getMessage();
        yield oneLine(message == null ? "the connection was cut" : message);
      }
    };
  }

  /** Whether the broker has told in AMQP why it ended the connection. */
  static boolean isTold(Throwable thrown) {
    return close(thrown).isPresent();
  }

  /** Whether the broker said no for want of rights: it has done nothing of what it was asked. */
  static boolean isAccessRefused(Throwable thrown) {
    return close(thrown).filter(close -> code(close) == AMQP.ACCESS_REFUSED).isPresent();
  }

  /** Whether the broker said no for want of rights, or of the exchange or queue. */
  static boolean isExchangeRefused(Throwable thrown) {
    return isAccessRefused(thrown)
        || close(thrown).filter(close -> code(close) == AMQP.NOT_FOUND).isPresent();
  }

  /** Whether the broker refused what it was asked, and is there for other requests. */
  static boolean isRefusal(Throwable thrown) {
    return close(thrown)
        .filter(close -> close instanceof AMQP.Channel.Close || REFUSALS.contains(code(close)))
        .isPresent();
  }

  /** Whether the broker ended one channel, and not the connection, with {@code code}. */
  static boolean isChannelClosed(Throwable thrown, int code) {
    return close(thrown)
        .filter(close -> close instanceof AMQP.Channel.Close && code(close) == code)
        .isPresent();
  }

  /** With which method the broker ended a channel or the connection; empty when it did not. */
  private static Optional<Method> close(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal
          && (signal.getReason() instanceof AMQP.Connection.Close
              || signal.getReason() instanceof AMQP.Channel.Close)) {
        return Optional.of(signal.getReason());
      }
    }
    return Optional.empty();
  }

  private static int code(Method close) {
    return close instanceof AMQP.Connection.Close connection
        ? connection.getReplyCode()
        : ((AMQP.Channel.Close) close).getReplyCode();
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").replaceFirst("\\.? See ConnectionFactory#.*", "").strip();
  }
}
