package orderflow.messaging;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import orderflow.messaging.Topology.QueueType;
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
  private static final int MAX_PORT = 65_535;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  public BrokerSettings {
    if (uri.getScheme() == null
        || !(uri.getScheme().equals("amqp") || uri.getScheme().equals("amqps"))
        || uri.getHost() == null
        || !isUnderstood(uri)) {
      throw new IllegalArgumentException(
          "the broker's address must look like amqp://user:password@host:5672/vhost");
    }
  }

  /** The client itself says no only when it is about to connect. */
  private static boolean isUnderstood(URI uri) {
    try {
      String withoutTls = uri.toString().replaceFirst("^amqps", "amqp");
      new ConnectionFactory().setUri(URI.create(withoutTls));
      return uri.getPort() <= MAX_PORT;
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return false;
    }
  }

  /** The usual settings. */
  public static BrokerSettings of(URI uri, String name) {
    return new BrokerSettings(uri, name, QueueType.DEFAULT, TIMEOUT, null, false);
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

  /** Scheme, host, port and path, without user and password. */
  public String address() {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return uri.getScheme() + "://" + uri.getHost() + port + path;
  }
}
