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
import java.util.concurrent.TimeoutException;
import orderflow.messaging.MessagingException.Kind;
import org.jspecify.annotations.Nullable;

/** Converts the client's nested exceptions to a kind and one line. */
final class AmqpErrors {
  private AmqpErrors() {}

  /**
   * @param action that failed
   */
  static MessagingException failure(String action, Throwable thrown) {
    return new MessagingException(action + " failed: " + reasonOf(thrown), thrown);
  }

  /** The same for an action on {@code queue}, where a message may have been too large. */
  static MessagingException failure(String action, String queue, Throwable thrown) {
    return tooLarge(queue, thrown).orElseGet(() -> failure(action, thrown));
  }

  /** The channel or connection that consumes {@code queue} was closed. */
  static MessagingException lost(String queue, ShutdownSignalException signal) {
    return tooLarge(queue, signal)
        .orElseGet(() -> new MessagingException(reasonOf(signal), signal));
  }

  private static Optional<MessagingException> tooLarge(String queue, Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof MessageTooLargeException e) {
        return Optional.of(
            new MessagingException(Kind.MESSAGE_TOO_LARGE, e.explained(queue), thrown));
      }
    }
    return Optional.empty();
  }

  /** One line from the most specific cause. */
  static String reasonOf(Throwable thrown) {
    Throwable root = thrown;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof ShutdownSignalException signal) {
        return reasonOf(signal);
      }
      if (cause instanceof ChannelContinuationTimeoutException timeout) {
        return reasonOf(timeout);
      }
    }
    String message = root.getMessage();
    return oneLine(
        message == null || message.isBlank() ? root.getClass().getSimpleName() : message);
  }

  private static String reasonOf(ChannelContinuationTimeoutException timeout) {
    String limit =
        timeout.getChannel() instanceof Channel channel
                && channel.getConnection() instanceof AMQConnection connection
            ? "within %,d ms".formatted(connection.getChannelRpcTimeout())
            : "in time";
    return "the broker did not answer %s %s"
        .formatted(timeout.getMethod().protocolMethodName(), limit);
  }

  private static String reasonOf(ShutdownSignalException signal) {
    Throwable cause = signal.getCause();
    String message =
        switch (signal.getReason()) {
          case AMQP.Connection.Close close -> close.getReplyText();
          case AMQP.Channel.Close close -> close.getReplyText();
          case null, default -> cause == null ? null : cause.getMessage();
        };
    return oneLine(message == null ? "the connection was cut" : message);
  }

  /** By the types of {@code thrown} and its causes and by the broker's reply code. */
  static Kind kindOf(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Kind kind =
          switch (cause) {
            case MessagingException failure -> failure.kind();
            case TopologyDeclarer.MissingException _ -> Kind.NOT_FOUND;
            case AuthenticationFailureException _ -> Kind.AUTHENTICATION_FAILED;
            case ConnectException _, UnknownHostException _ -> Kind.UNREACHABLE;
            case TimeoutException _, ChannelContinuationTimeoutException _ -> Kind.TIMEOUT;
            case ShutdownSignalException signal ->
                switch (signal.getReason()) {
                  case AMQP.Channel.Close close ->
                      kindOf(close.getReplyCode(), close.getReplyText(), Kind.REQUEST_REFUSED);
                  case AMQP.Connection.Close close ->
                      kindOf(close.getReplyCode(), close.getReplyText(), Kind.CONNECTION_LOST);
                  case null, default -> Kind.CONNECTION_LOST;
                };
            default -> Kind.CONNECTION_LOST;
          };
      if (kind != Kind.CONNECTION_LOST) {
        return kind;
      }
    }
    return Kind.CONNECTION_LOST;
  }

  /** Exclusive use by a consumer has the reply code of a missing permission: the text differs. */
  private static Kind kindOf(int code, String text, Kind other) {
    return switch (code) {
      case AMQP.ACCESS_REFUSED ->
          text.contains("exclusive") ? Kind.RESOURCE_LOCKED : Kind.ACCESS_REFUSED;
      case AMQP.NOT_FOUND -> Kind.NOT_FOUND;
      case AMQP.RESOURCE_LOCKED -> Kind.RESOURCE_LOCKED;
      case AMQP.PRECONDITION_FAILED -> Kind.PRECONDITION_FAILED;
      case AMQP.NOT_ALLOWED -> Kind.REQUEST_REFUSED; // Qpid closes the connection for it
      default -> other;
    };
  }

  /** Whether the broker closed only a channel, for an error of {@code kind}. */
  static boolean isChannelClosed(Throwable thrown, Kind kind) {
    return kindOf(thrown) == kind && closeMethod(thrown) instanceof AMQP.Channel.Close;
  }

  /** Whether the broker sent a method that closes the channel or connection. */
  static boolean isClosedByBroker(Throwable thrown) {
    return closeMethod(thrown) != null;
  }

  private static @Nullable Method closeMethod(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal
          && (signal.getReason() instanceof AMQP.Connection.Close
              || signal.getReason() instanceof AMQP.Channel.Close)) {
        return signal.getReason();
      }
    }
    return null;
  }

  /** Whether a queue exists with another optional argument (x-…); only the reply text names it. */
  static boolean isOptionalArgumentDifferent(Throwable thrown) {
    return kindOf(thrown) == Kind.PRECONDITION_FAILED
        && reasonOf(thrown).contains("inequivalent arg 'x-");
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").replaceFirst("\\.? See ConnectionFactory#.*", "").strip();
  }
}
