package orderflow.http;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, and its limits.
 *
 * @param bind address or host name to listen on
 * @param port TCP port; 0 takes a free one
 * @param token when set, every request but those to {@code /health…} must carry it as {@code
 *     Authorization: Bearer <token>}; a {@link BearerToken}
 * @param maxBody largest request body in bytes, without chunk framing
 * @param maxConnections connections held at once. A new client beyond them takes the place of the
 *     longest idle connection, or of one that has been sending its request for over a second; if
 *     there is none, it gets 503
 * @param tls when set, the server accepts only TLS
 */
public record HttpSettings(
    String bind,
    int port,
    @Nullable String token,
    int maxBody,
    int maxConnections,
    Timeouts timeouts,
    @Nullable SSLContext tls) {

  public HttpSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, not " + port);
    }
    if (token != null && !BearerToken.isValid(token)) {
      throw new IllegalArgumentException("token must be " + BearerToken.RULE);
    }
    if (maxBody < 1 || maxConnections < 1) {
      throw new IllegalArgumentException("maxBody and maxConnections must be 1 or more");
    }
  }

  /**
   * Total times, each at most a day.
   *
   * @param header from the first byte of a request to the end of its headers
   * @param body for a request's body
   * @param write for a client to accept a response
   * @param idle for a connection to wait for its next request
   * @param drain for {@link HttpServer#close} to let running requests finish
   */
  public record Timeouts(
      Duration header, Duration body, Duration write, Duration idle, Duration drain) {
    public Timeouts {
      for (Duration value : new Duration[] {header, body, write, idle, drain}) {
        if (!value.isPositive() || value.compareTo(Duration.ofDays(1)) > 0) {
          throw new IllegalArgumentException(
              "a timeout must be above zero and at most a day, not " + value);
        }
      }
    }
  }

  /** The defaults: 64 KiB bodies, 1024 connections, 10 s for headers and again for the body. */
  public static HttpSettings of(String bind, int port) {
    var ten = Duration.ofSeconds(10);
    var timeouts = new Timeouts(ten, ten, Duration.ofSeconds(30), Duration.ofSeconds(60), ten);
    return new HttpSettings(bind, port, null, 64 * 1024, 1024, timeouts, null);
  }

  public HttpSettings withToken(@Nullable String value) {
    return new HttpSettings(bind, port, value, maxBody, maxConnections, timeouts, tls);
  }

  public HttpSettings withTls(@Nullable SSLContext value) {
    return new HttpSettings(bind, port, token, maxBody, maxConnections, timeouts, value);
  }

  public HttpSettings withLimits(int bodyBytes, int connections) {
    return new HttpSettings(bind, port, token, bodyBytes, connections, timeouts, tls);
  }

  public HttpSettings withTimeouts(
      Duration header, Duration body, Duration write, Duration idle, Duration drain) {
    var values = new Timeouts(header, body, write, idle, drain);
    return new HttpSettings(bind, port, token, maxBody, maxConnections, values, tls);
  }
}
