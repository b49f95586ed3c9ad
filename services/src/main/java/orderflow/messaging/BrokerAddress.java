package orderflow.messaging;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import orderflow.net.UriParts;

/**
 * The parts of a broker's address, with RabbitMQ's defaults.
 *
 * @param host without the brackets of an IPv6 address
 * @param virtualHost decoded
 */
public record BrokerAddress(
    boolean secure,
    String host,
    int port,
    String user,
    String password,
    String virtualHost,
    OptionalInt heartbeatSeconds,
    OptionalInt connectionTimeoutMillis,
    OptionalInt channelMax) {
  private static final String SHAPE =
      "the broker's address must look like amqp://user:password@host:5672/vhost";

  private static final String HEARTBEAT = "heartbeat";
  private static final String CONNECTION_TIMEOUT = "connection_timeout";
  private static final String CHANNEL_MAX = "channel_max";
  private static final int MAX_UNSIGNED_SHORT = 65_535;
  private static final int MAX_TIMEOUT_MILLIS = 600_000;

  /** RabbitMQ's query parameters that our options replace. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "cacertfile", "--tls-ca",
          "certfile", "--tls-cert",
          "keyfile", "--tls-key",
          "verify", "--insecure",
          "fail_if_no_peer_cert", "--insecure");

  /**
   * @throws IllegalArgumentException with one line, without the password
   */
  public static BrokerAddress of(URI uri) {
    UriParts parts;
    try {
      parts = UriParts.parse(uri.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(SHAPE + "; this is " + e.getMessage(), e);
    }
    boolean secure = parts.scheme().equals("amqps");
    if (!secure && !parts.scheme().equals("amqp")) {
      throw new IllegalArgumentException(SHAPE);
    }
    Map<String, Integer> query = query(parts);
    String password = parts.password();
    String user = parts.user();
    return new BrokerAddress(
        secure,
        parts.host().startsWith("[")
            ? parts.host().substring(1, parts.host().length() - 1)
            : parts.host(),
        parts.port() > 0
            ? parts.port()
            : secure
                ? ConnectionFactory.DEFAULT_AMQP_OVER_SSL_PORT
                : ConnectionFactory.DEFAULT_AMQP_PORT,
        user == null ? ConnectionFactory.DEFAULT_USER : user,
        password == null ? ConnectionFactory.DEFAULT_PASS : password,
        virtualHost(parts.path()),
        value(query, HEARTBEAT),
        value(query, CONNECTION_TIMEOUT),
        value(query, CHANNEL_MAX));
  }

  private static String virtualHost(String path) {
    if (path.length() <= 1) {
      return ConnectionFactory.DEFAULT_VHOST;
    }
    return UriParts.decode("virtual host", path.substring(1), "");
  }

  private static Map<String, Integer> query(UriParts parts) {
    Map<String, Integer> values = new HashMap<>();
    String query = parts.query();
    if (query == null || query.isEmpty()) {
      return values;
    }
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name =
          UriParts.decode("query", equals < 0 ? parameter : parameter.substring(0, equals), "/?");
      int max =
          switch (name) {
            case HEARTBEAT, CHANNEL_MAX -> MAX_UNSIGNED_SHORT;
            case CONNECTION_TIMEOUT -> MAX_TIMEOUT_MILLIS;
            default -> throw unknown(name);
          };
      String value = equals < 0 ? "" : parameter.substring(equals + 1);
      if (!value.matches("[0-9]{1,6}")
          || Integer.parseInt(value) > max
          || (name.equals(CONNECTION_TIMEOUT) && Integer.parseInt(value) == 0)
          || values.put(name, Integer.valueOf(value)) != null) {
        throw new IllegalArgumentException(
            "the broker's address: %s must be given once, as a number up to %d"
                .formatted(name, max));
      }
    }
    return values;
  }

  private static IllegalArgumentException unknown(String name) {
    String option = OPTIONS.get(name);
    return new IllegalArgumentException(
        "the broker's address: parameter '%s' is not supported; %s"
            .formatted(
                name,
                option == null
                    ? "there are heartbeat (seconds), connection_timeout (milliseconds) and"
                        + " channel_max"
                    : "use " + option));
  }

  private static OptionalInt value(Map<String, Integer> query, String name) {
    Integer value = query.get(name);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return (secure ? "amqps://" : "amqp://") + host + ":" + port + " virtual host " + virtualHost;
  }
}
