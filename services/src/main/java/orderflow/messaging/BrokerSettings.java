package orderflow.messaging;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import orderflow.messaging.Topology.QueueType;
import orderflow.net.UriParts;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/**
 * How to connect to the broker.
 *
 * @param uri {@code amqp://user:password@host:port/vhost}, or {@code amqps} for TLS
 * @param name of our connections in the broker's management
 * @param timeout for connecting, the handshake, and each call
 * @param tls for {@code amqps}; null for the JDK's authorities without a client certificate. The
 *     host name is verified too
 * @param identified whether {@code tls} has a client certificate
 */
public record BrokerSettings(
    URI uri,
    String name,
    QueueType queueType,
    Duration timeout,
    @Nullable SSLContext tls,
    boolean identified) {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  public BrokerSettings {
    BrokerAddress.of(uri);
  }

  /** The parts of {@link #uri}. */
  public BrokerAddress broker() {
    return BrokerAddress.of(uri);
  }

  /** Default settings. */
  public static BrokerSettings of(URI uri, String name) {
    return new BrokerSettings(uri, name, QueueType.DEFAULT, TIMEOUT, null, false);
  }

  /** The limit for connecting and handshake together; later calls have the timeout. */
  Duration connectingLimit() {
    return timeout.multipliedBy(3).dividedBy(2);
  }

  public BrokerSettings withQueueType(QueueType type) {
    return new BrokerSettings(uri, name, type, timeout, tls, identified);
  }

  /**
   * @param files null for the JDK's authorities without a client certificate
   * @throws orderflow.tls.TlsException when a file cannot be used
   */
  public BrokerSettings withTls(@Nullable TlsFiles files) {
    return files == null
        ? new BrokerSettings(uri, name, queueType, timeout, null, false)
        : new BrokerSettings(
            uri, name, queueType, timeout, files.context(), files.certificate() != null);
  }

  /** The address without user and password. */
  public String address() {
    return UriParts.parse(uri.toString()).toString();
  }
}
