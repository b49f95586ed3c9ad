package orderflow.cli.client;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How clients are let in by the services.
 *
 * @param token the services' bearer token; null for none
 * @param tls whom {@code https} trusts; null for the JDK's authorities
 */
public record ServiceAccess(@Nullable String token, @Nullable SSLContext tls) {
  /** To services that want no token. */
  public static final ServiceAccess OPEN = new ServiceAccess(null, null);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  /** A client that keeps its connections; the caller closes it. */
  HttpClient http() {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
    return tls == null ? builder.build() : builder.sslContext(tls).build();
  }

  /** Adds the token to a request. */
  HttpRequest.Builder authorized(HttpRequest.Builder request) {
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }
}
