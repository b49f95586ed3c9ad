package orderflow.http;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens and what it puts up with.
 *
 * @param bind address or host name to listen on
 * @param port TCP port; 0 takes a free one
 * @param token when set, every request but those to {@code /health…} must carry it as {@code
 *     Authorization: Bearer <token>}; as {@link BearerToken} has it
 * @param maxBody largest request body in bytes, after removing any chunk framing
 * @param maxConnections connections held at once. When they are used up, a new client takes the
 *     place of the longest idle one, or of one that has been sending its request for over a second;
 *     is there neither, it gets 503
 * @param headerTimeout total time from the first byte of a request to the end of its headers
 * @param bodyTimeout total time for a request's body
 * @param writeTimeout total time a client may take to accept an answer
 * @param idleTimeout how long a connection may wait for its next request
 * @param drainTimeout how long {@link HttpServer#close} lets running requests finish
 * @param tls when set, the server speaks TLS and nothing else
 */
public record HttpSettings(
    String bind,
    int port,
    @Nullable String token,
    int maxBody,
    int maxConnections,
    Duration headerTimeout,
    Duration bodyTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    Duration drainTimeout,
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
    positive("headerTimeout", headerTimeout);
    positive("bodyTimeout", bodyTimeout);
    positive("writeTimeout", writeTimeout);
    positive("idleTimeout", idleTimeout);
    positive("drainTimeout", drainTimeout);
  }

  /** The defaults: 64 KiB bodies, 1024 connections, 10 s for headers and again for the body. */
  public static HttpSettings of(String bind, int port) {
    return new HttpSettings(
        bind,
        port,
        null,
        64 * 1024,
        1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        null);
  }

  public HttpSettings withToken(@Nullable String value) {
    return new HttpSettings(
        bind,
        port,
        value,
        maxBody,
        maxConnections,
        headerTimeout,
        bodyTimeout,
        writeTimeout,
        idleTimeout,
        drainTimeout,
        tls);
  }

  public HttpSettings withTls(@Nullable SSLContext context) {
    return new HttpSettings(
        bind,
        port,
        token,
        maxBody,
        maxConnections,
        headerTimeout,
        bodyTimeout,
        writeTimeout,
        idleTimeout,
        drainTimeout,
        context);
  }

  public HttpSettings withLimits(int maxBodyBytes, int connections) {
    return new HttpSettings(
        bind,
        port,
        token,
        maxBodyBytes,
        connections,
        headerTimeout,
        bodyTimeout,
        writeTimeout,
        idleTimeout,
        drainTimeout,
        tls);
  }

  public HttpSettings withTimeouts(
      Duration header, Duration body, Duration write, Duration idle, Duration drain) {
    return new HttpSettings(
        bind, port, token, maxBody, maxConnections, header, body, write, idle, drain, tls);
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          name + " must be above zero and at most a day, not " + value);
    }
  }
}
