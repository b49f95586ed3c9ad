package orderflow.messaging;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import orderflow.messaging.Topology.QueueType;
import orderflow.net.UriParts;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the broker.
 *
 * @param uri {@code amqp://user:password@host:port/vhost}, or {@code amqps} for TLS
 * @param name shown for our connections in the broker's management
 * @param timeout for connecting, the handshake, and each call
 * @param tls whom {@code amqps} trusts and who we are; null for the JDK's authorities and no
 *     certificate of ours. The host's name is verified too
 * @param identified whether {@code tls} has a certificate of ours
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

  /** What {@link #uri} says. */
  public BrokerAddress broker() {
    return BrokerAddress.of(uri);
  }

  /** The usual settings. */
  public static BrokerSettings of(URI uri, String name) {
    return new BrokerSettings(uri, name, QueueType.DEFAULT, TIMEOUT, null, false);
  }

  /** For connecting and the handshake together; each call after that may take the timeout. */
  Duration connectingLimit() {
    return timeout.multipliedBy(3).dividedBy(2);
  }

  public BrokerSettings withQueueType(QueueType type) {
    return new BrokerSettings(uri, name, type, timeout, tls, identified);
  }

  /**
   * @param files null for the JDK's authorities and no certificate of ours
   * @throws orderflow.tls.TlsException when a file is of no use
   */
  public BrokerSettings withTls(@Nullable TlsFiles files) {
    return files == null
        ? new BrokerSettings(uri, name, queueType, timeout, null, false)
        : new BrokerSettings(
            uri, name, queueType, timeout, files.context(), files.certificate() != null);
  }

  /** Scheme, host, port and path as they were given, without user and password. */
  public String address() {
    return UriParts.parse(uri.toString()).toString();
  }
}
