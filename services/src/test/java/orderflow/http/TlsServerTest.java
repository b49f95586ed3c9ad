package orderflow.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import orderflow.http.ClientConnection.Phase;
import orderflow.testing.Certificates;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The server under TLS, with the JDK's client and with plain sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsServerTest {
  private static final int READ_TIMEOUT_MILLIS = 20_000;

  @TempDir static Path folder = Path.of("");

  private @Nullable Certificates certificates;
  private @Nullable ServerFixture fixture;

  @BeforeAll
  void start() {
    certificates = new Certificates(folder);
    var own = certificates.valid("server");
    fixture =
        new ServerFixture(
            ServerFixture.withLongTimeouts()
                .withTls(TlsFiles.ofServer(own.certificate(), own.key()).context()));
  }

  @AfterAll
  void close() {
    fixture().close();
  }

  @Test
  void connectionIsIdleAfterItsHandshake() throws IOException {
    try (SSLSocket socket = tlsSocket()) {
      socket.startHandshake();
      Poll.until(
          () -> fixture().connections(Phase.HEAD) == 0 && fixture().connections(Phase.IDLE) > 0);
    }
  }

  @Test
  void oneConnectionServesManyRequestsWithBodiesOfAnySize() throws Exception {
    try (HttpClient client = trustingClient()) {
      for (int length : new int[] {1, 1_000, ServerFixture.MAX_BODY, 17}) {
        HttpResponse<String> answer = echo(client, "\"" + "x".repeat(length - 1));
        assertEquals(200, answer.statusCode());
        assertEquals(length, answer.body().length());
      }
      assertEquals(1, fixture().connections());
    }
  }

  @Test
  void clientThatDoesNotTrustTheAuthorityFails() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThrows(SSLException.class, () -> echo(client, "1"));
    }
  }

  @Test
  void plainRequestGetsNoResponse() throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), fixture().port())) {
      plain.setSoTimeout(READ_TIMEOUT_MILLIS);
      plain
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(US_ASCII));

      String answer = new String(plain.getInputStream().readAllBytes(), US_ASCII);

      assertFalse(answer.contains("HTTP/1.1"), answer);
    }
  }

  /** The server sends a response and closes the connection, as without TLS. */
  @Test
  void malformedRequestGets400AndACleanEnd() throws IOException {
    try (SSLSocket socket = tlsSocket()) {
      socket
          .getOutputStream()
          .write(
              "GET /health HTTP/1.1\r\nHost: test\r\nContent-Length: many\r\n\r\n"
                  .getBytes(US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);

      assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    }
  }

  @Test
  void unfinishedHandshakeIsClosedAndDelaysNoOther() throws Exception {
    var own = certificates().valid("impatient");
    var settings =
        HttpSettings.of("127.0.0.1", 0)
            .withTimeouts(
                ServerFixture.SHORT,
                ServerFixture.SHORT,
                ServerFixture.LONG,
                ServerFixture.SHORT,
                ServerFixture.LONG)
            .withTls(TlsFiles.ofServer(own.certificate(), own.key()).context());
    try (var impatient = new ServerFixture(settings);
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), impatient.port());
        HttpClient client = trustingClient()) {
      silent.setSoTimeout(READ_TIMEOUT_MILLIS);
      silent.getOutputStream().write(new byte[] {22, 3, 1});

      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(impatient.server.uri().resolve("/health")).build(),
              HttpResponse.BodyHandlers.ofString());

      assertEquals(200, answer.statusCode());
      assertEquals(-1, silent.getInputStream().read());
    }
  }

  @Test
  void uriIsHttps() {
    assertEquals("https", fixture().server.uri().getScheme());
  }

  private HttpResponse<String> echo(HttpClient client, String body)
      throws IOException, InterruptedException {
    URI uri = fixture().server.uri().resolve("/echo");
    return client.send(
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpClient trustingClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(trust().context())
        .build();
  }

  private SSLSocket tlsSocket() throws IOException {
    var socket =
        (SSLSocket)
            trust()
                .context()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), fixture().port());
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    return socket;
  }

  private TlsFiles trust() {
    return new TlsFiles(certificates().authority(), null, null, false);
  }

  private Certificates certificates() {
    return Objects.requireNonNull(certificates);
  }

  private ServerFixture fixture() {
    return Objects.requireNonNull(fixture);
  }
}
