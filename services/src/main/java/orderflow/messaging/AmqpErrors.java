package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.AMQConnection;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import orderflow.messaging.MessagingException.Kind;
import org.jspecify.annotations.Nullable;

/** Turns the client's nested exceptions into one readable line. */
final class AmqpErrors {
  /** For which Qpid ends the whole connection. */
  private static final Set<Integer> REFUSALS =
      Set.of(
          AMQP.ACCESS_REFUSED,
          AMQP.NOT_FOUND,
          AMQP.RESOURCE_LOCKED,
          AMQP.PRECONDITION_FAILED,
          AMQP.NOT_ALLOWED);

  private AmqpErrors() {}

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

  /** What went wrong, by the types of {@code thrown} and its causes and the broker's reply code. */
  static Kind kindOf(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Kind kind =
          switch (cause) {
            case MessagingException failure -> failure.kind();
            case TopologyDeclarer.MissingException _ -> Kind.NOT_FOUND;
            case AuthenticationFailureException _ -> Kind.AUTHENTICATION_FAILED;
            case ConnectException _, UnknownHostException _ -> Kind.UNREACHABLE;
            case TimeoutException _, ChannelContinuationTimeoutException _ -> Kind.TIMEOUT;
            case ShutdownSignalException signal -> kindOf(signal.getReason());
            default -> Kind.CONNECTION_LOST;
          };
      if (kind != Kind.CONNECTION_LOST) {
        return kind;
      }
    }
    return Kind.CONNECTION_LOST;
  }

  private static Kind kindOf(@Nullable Method reason) {
    return switch (reason) {
      case AMQP.Channel.Close close -> kindOf(close.getReplyCode(), close.getReplyText());
      case AMQP.Connection.Close close when REFUSALS.contains(close.getReplyCode()) ->
          kindOf(close.getReplyCode(), close.getReplyText());
      case null, default -> Kind.CONNECTION_LOST;
    };
  }

  /** A consumer's exclusive use has the code of a lacking permission; only the text differs. */
  private static Kind kindOf(int code, String text) {
    return switch (code) {
      case AMQP.ACCESS_REFUSED ->
          text.contains("exclusive") ? Kind.RESOURCE_LOCKED : Kind.ACCESS_REFUSED;
      case AMQP.NOT_FOUND -> Kind.NOT_FOUND;
      case AMQP.RESOURCE_LOCKED -> Kind.RESOURCE_LOCKED;
      case AMQP.PRECONDITION_FAILED -> Kind.PRECONDITION_FAILED;
      default -> Kind.REQUEST_REFUSED;
    };
  }

  static boolean isAccessRefused(Throwable thrown) {
    return kindOf(thrown) == Kind.ACCESS_REFUSED;
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

  /** Whether a queue exists with another optional argument (x-…); only the reply text names it. */
  static boolean isOptionalArgumentDifferent(Throwable thrown) {
    return kindOf(thrown) == Kind.PRECONDITION_FAILED
        && rootOf(thrown).contains("inequivalent arg 'x-");
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
