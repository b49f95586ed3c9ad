package orderflow.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import orderflow.testing.ScriptedServer;
import orderflow.tls.TlsProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class DeadlineTest {
  /** The header of a TLS record of 16 KiB whose rest arrives byte by byte. */
  private static final String TLS_RECORD = "\026\003\003\100\000";

  private static final Duration SOON = Duration.ofSeconds(10);

  @ParameterizedTest
  @CsvSource({
    "'',''",
    "'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n',''",
    "'HTTP/1.1 200 OK\r\nX: ',x"
  })
  void endlessResponseTimesOut(String greeting, String drip) throws Exception {
    try (var server = new ScriptedServer(greeting, drip);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
      assertThrows(
          HttpTimeoutException.class,
          () -> HttpCall.send(client, request, BodyHandlers.ofByteArray(), Duration.ofMillis(500)));
      client.shutdownNow();
    }
  }

  @Test
  void slowTlsHandshakeTimesOut() throws Exception {
    try (var server = new ScriptedServer(TLS_RECORD, "x")) {
      long begun = System.nanoTime();
      assertFalse(TlsProbe.isAnswered("127.0.0.1", server.port()));
      assertTrue(System.nanoTime() - begun < SOON.toNanos());
    }
  }
}
