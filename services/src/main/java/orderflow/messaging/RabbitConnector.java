package orderflow.messaging;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.TrafficListener;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import com.rabbitmq.client.impl.SocketFrameHandlerFactory;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import orderflow.messaging.MessagingException.Kind;
import orderflow.net.CallDeadline;
import orderflow.tls.TlsFailure;
import orderflow.tls.TlsProbe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens connections to a broker, without automatic recovery. Thread-safe. */
final class RabbitConnector {
  static final int ABORT_MILLIS = 3_000;

  /** Half the client's default, to detect a dead peer within 20 seconds. */
  private static final int HEARTBEAT_SECONDS = 10;

  /** Without it, closing a connection waits for a write to a broker that does not read. */
  private static final ExecutorService CLOSING = Executors.newVirtualThreadPerTaskExecutor();

  private static final Logger CLIENT = LoggerFactory.getLogger("com.rabbitmq.client.Connection");

  private final BrokerSettings settings;
  private final int maxMessageBytes;

  /**
   * @param maxMessageBytes a larger message closes the connection
   */
  RabbitConnector(BrokerSettings settings, int maxMessageBytes) {
    this.settings = settings;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** The first use of a connection. */
  interface Use<T> {
    T on(Connection connection) throws IOException;
  }

  /**
   * Connects and calls {@code use}; closes the connection when that fails.
   *
   * @param role shown in the name of the connection
   * @throws MessagingException when the broker is not reachable or refuses
   */
  <T> T connect(TrafficListener traffic, String role, Use<T> use) {
    ExecutorService callbacks =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("amqp-" + role).factory());
    Connection connection = null;
    CallDeadline deadline = CallDeadline.in(settings.connectingLimit());
    try {
      try (deadline) {
        connection =
            factory(traffic, deadline).newConnection(callbacks, settings.name() + " " + role);
      }
      connection.addShutdownListener(cause -> callbacks.shutdown());
      return use.on(connection); // many calls, each with a limit of its own
    } catch (IOException
        | TimeoutException
        | GeneralSecurityException
        | ShutdownSignalException e) {
      if (connection != null) {
        connection.abort(ABORT_MILLIS);
      }
      callbacks.shutdown();
      if (deadline.isExpired()) {
        throw new MessagingException(
            Kind.TIMEOUT,
            "the broker at %s did not answer within %d s"
                .formatted(settings.address(), deadline.limit().toSeconds()),
            e);
      }
      throw failure(e, connection != null);
    }
  }

  private ConnectionFactory factory(TrafficListener traffic, CallDeadline deadline)
      throws GeneralSecurityException {
    var factory = new RawConnectionFactory();
    BrokerAddress address = settings.broker();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    factory.setVirtualHost(address.virtualHost());
    if (address.secure()) {
      factory.useSslProtocol(settings.tls() == null ? SSLContext.getDefault() : settings.tls());
      factory.enableHostnameVerification();
    }
    factory.setSocketConfigurator(
        factory.getSocketConfigurator().andThen(socket -> deadline.guard(socket)));
    factory.setShutdownExecutor(CLOSING);
    int millis = Math.toIntExact(settings.timeout().toMillis());
    factory.setConnectionTimeout(address.connectionTimeoutMillis().orElse(millis));
    factory.setHandshakeTimeout(address.connectionTimeoutMillis().orElse(millis));
    factory.setChannelRpcTimeout(millis);
    factory.setRequestedHeartbeat(address.heartbeatSeconds().orElse(HEARTBEAT_SECONDS));
    address.channelMax().ifPresent(factory::setRequestedChannelMax);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setMaxInboundMessageBodySize(maxMessageBytes);
    factory.setTrafficListener(traffic);
    factory.setExceptionHandler(new ExceptionHandler());
    return factory;
  }

  private final class RawConnectionFactory extends ConnectionFactory {
    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() {
      return new SocketFrameHandlerFactory(
          getConnectionTimeout(), getSocketFactory(), getSocketConfigurator(), isSSL(), CLOSING) {
        @Override
        public FrameHandler create(Socket socket) throws IOException {
          return new RawFrameHandler(socket, CLOSING, maxMessageBytes);
        }
      };
    }
  }

  /** Logs for the client only: the caller reports a failed connection. */
  private static final class ExceptionHandler extends DefaultExceptionHandler {
    @Override
    public void handleUnexpectedConnectionDriverException(Connection connection, Throwable thrown) {
      CLIENT.error("The connection failed", thrown);
    }
  }

  /**
   * @param connected whether the connection was open before the failure
   */
  private MessagingException failure(Exception e, boolean connected) {
    String where = settings.address();
    Optional<String> tls = tlsProblem(e, connected);
    if (tls.isPresent()) {
      return new MessagingException(Kind.TLS_FAILED, "the broker at " + where + " " + tls.get(), e);
    }
    Kind kind = AmqpErrors.kindOf(e);
    String problem =
        switch (e) {
          case AuthenticationFailureException _ ->
              "the broker at " + where + " refused user and password";
          case ConnectException _ -> "no broker answers at " + where;
          case UnknownHostException _ -> "the broker's host name is unknown: " + where;
          case TimeoutException _ -> "the broker at " + where + " did not answer in time";
          default -> "the broker at " + where + " failed: " + AmqpErrors.reasonOf(e);
        };
    return kind.isRefusal() && !connected
        ? new MessagingException(
            Kind.VHOST_REFUSED, problem + "; give another virtual host or user in the address", e)
        : new MessagingException(kind, problem, e);
  }

  /** A problem with TLS and what to do; empty for other failures. */
  private Optional<String> tlsProblem(Exception e, boolean connected) {
    BrokerAddress address = settings.broker();
    Optional<String> problem = TlsFailure.of(e, settings.identified());
    if (problem.isPresent() || connected || AmqpErrors.isClosedByBroker(e) || !isCut(e)) {
      return problem;
    }
    if (address.secure()) {
      // With TLS 1.3 a refused client may lose the connection before it receives the reason.
      return Optional.of(
          "failed: "
              + AmqpErrors.reasonOf(e)
              + (settings.identified()
                  ? "; it may have refused the client certificate (--tls-cert)"
                  : "; it may require a client certificate (--tls-cert)"));
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
