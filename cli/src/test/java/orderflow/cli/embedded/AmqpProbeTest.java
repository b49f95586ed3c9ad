package orderflow.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import orderflow.rabbit.AmqpProbe;
import orderflow.rabbit.AmqpProbe.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The probe decides whether a broker is used or started. */
@Timeout(60)
final class AmqpProbeTest {
  private static final String HOST = "127.0.0.1";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void recognizesABroker() {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      assertEquals(Result.AMQP, AmqpProbe.of(HOST, broker.port(), LIMIT).result());
    }
  }

  @Test
  void findsNothingWhereNothingListens() throws Exception {
    int port;
    try (ServerSocket socket = listen()) {
      port = socket.getLocalPort();
    }
    assertEquals(Result.NOTHING, AmqpProbe.of(HOST, port, LIMIT).result());
  }

  @Test
  void findsNothingAtAHostThatDoesNotExist() {
    assertEquals(Result.NOTHING, AmqpProbe.of("no-such-host.invalid", 5672, LIMIT).result());
  }

  @Test
  void anotherProtocolIsNotABroker() throws Exception {
    assertEquals(
        Result.SOMETHING_ELSE, probeAgainst(TestClient.bytes("HTTP/1.1 400 Bad Request\r\n\r\n")));
  }

  @Test
  void anotherAmqpVersionIsNotABroker() throws Exception {
    assertEquals(Result.SOMETHING_ELSE, probeAgainst(new byte[] {'A', 'M', 'Q', 'P', 0, 1, 0, 0}));
  }

  @Test
  void tlsAlertIsNotABroker() throws Exception {
    assertEquals(Result.SOMETHING_ELSE, probeAgainst(new byte[] {21, 3, 3, 0, 2, 2, 50}));
  }

  @Test
  void recognizesAHandshakeSentInPieces() throws Exception {
    try (ServerSocket server = listen()) {
      Thread answering =
          Thread.ofVirtual()
              .start(() ->
                  answer(
                      server,
                      new byte[] {1, 0, 0},
                      new byte[] {0, 0, 1, 0, 0, 10},
                      new byte[] {0, 10, 0, 9}));
      assertEquals(Result.AMQP, AmqpProbe.of(HOST, server.getLocalPort(), LIMIT).result());
      answering.join();
    }
  }

  @Test
  void silentServerEndsTheProbeAtItsTimeout() throws Exception {
    try (ServerSocket server = listen()) {
      long start = System.nanoTime();
      assertEquals(
          Result.SOMETHING_ELSE, AmqpProbe.of(HOST, server.getLocalPort(), SHORT).result());
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.compareTo(LIMIT) < 0, took.toString());
    }
  }

  private static Result probeAgainst(byte[] answer) throws Exception {
    try (ServerSocket server = listen()) {
      Thread answering = Thread.ofVirtual().start(() -> answer(server, answer));
      Result found = AmqpProbe.of(HOST, server.getLocalPort(), LIMIT).result();
      answering.join();
      return found;
    }
  }

  private static void answer(ServerSocket server, byte[]... pieces) {
    try (Socket client = server.accept()) {
      client.setTcpNoDelay(true);
      client.getInputStream().readNBytes(8);
      for (byte[] piece : pieces) {
        client.getOutputStream().write(piece);
        client.getOutputStream().flush();
      }
      client.shutdownOutput();
      client.getInputStream().read();
    } catch (IOException e) {
      // the probe may disconnect
      return;
    }
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}
