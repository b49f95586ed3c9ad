package orderflow.cli.client;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/**
 * Token and TLS settings of the clients.
 *
 * @param token the services' bearer token; null for none
 * @param tls trust and client certificate for {@code https}; null for the JDK's default
 */
public record ServiceAccess(
    @Nullable String token, @Nullable SSLContext tls, boolean hasClientCertificate) {
  /** No token, default TLS. */
  public static final ServiceAccess OPEN = new ServiceAccess(null, null, false);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  /**
   * @param files null for the JDK's default
   * @throws orderflow.tls.TlsException when a file is unusable
   */
  public static ServiceAccess of(@Nullable String token, @Nullable TlsFiles files) {
    return files == null
        ? new ServiceAccess(token, null, false)
        : new ServiceAccess(token, files.context(), files.certificate() != null);
  }

  /** A client that keeps its connections; the caller closes it. */
  HttpClient http() {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
    return tls == null ? builder.build() : builder.sslContext(tls).build();
  }

  HttpRequest.Builder authorized(HttpRequest.Builder request) {
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }
}
