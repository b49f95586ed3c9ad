package orderflow.messaging;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.MalformedFrameException;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import orderflow.messaging.MessagingException.Kind;
import orderflow.tls.TlsProbe;
import orderflow.tls.TlsProblem;

/** Says why a broker could not be used, and what to do where that is known. */
final class ConnectionFailure {
  private ConnectionFailure() {}

  /**
   * @param connected whether it failed only once there was a connection
   */
  static MessagingException of(Exception e, boolean connected, BrokerSettings settings) {
    String where = settings.address();
    Optional<String> advice = advice(e, connected, settings);
    if (advice.isPresent()) {
      return new MessagingException(
          Kind.TLS_FAILED, "the broker at " + where + " " + advice.get(), e);
    }
    String what =
        switch (e) {
          case AuthenticationFailureException _ ->
              "the broker at " + where + " refused user and password";
          case ConnectException _ -> "no broker answers at " + where;
          case UnknownHostException _ -> "the broker's host name is unknown: " + where;
          case TimeoutException _ -> "the broker at " + where + " did not answer in time";
          default -> "the broker at " + where + " failed: " + AmqpErrors.rootOf(e);
        };
    return !connected && AmqpErrors.isRefusal(e)
        ? new MessagingException(
            Kind.VHOST_REFUSED, what + "; give another virtual host or user in the address", e)
        : new MessagingException(what, e);
  }

  /** What is wrong with TLS, or the want of it, and what to do; empty for any other failure. */
  private static Optional<String> advice(Exception e, boolean connected, BrokerSettings settings) {
    BrokerAddress address = settings.broker();
    Optional<String> problem = TlsProblem.of(e, settings.identified());
    if (problem.isPresent() || connected || AmqpErrors.isTold(e) || !isCut(e)) {
      return problem;
    }
    if (address.secure()) {
      // With TLS 1.3 a refused client may see the connection cut before it sees why.
      return Optional.of(
          "failed: "
              + AmqpErrors.rootOf(e)
              + (settings.identified()
                  ? "; so does a broker that refuses our certificate (--tls-cert)"
                  : "; so does a broker that wants a certificate of ours (--tls-cert)"));
    }
    return TlsProbe.isAnswered(address.host(), address.port())
        ? Optional.of("speaks TLS; use amqps://")
        : Optional.empty();
  }

  private static boolean isCut(Throwable thrown) {
    return (thrown instanceof SocketException && !(thrown instanceof ConnectException))
        || thrown instanceof MalformedFrameException
        || thrown instanceof EOFException
        || (thrown.getCause() != null && isCut(thrown.getCause()));
  }
}
