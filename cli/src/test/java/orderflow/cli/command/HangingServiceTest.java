package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orderflow.cli.Cli;
import orderflow.cli.Schemas;
import orderflow.cli.embedded.EmbeddedBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service or broker that accepts connections and never answers: Ctrl-C ends every command. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
class HangingServiceTest {
  private static final Duration SOON = Duration.ofMillis(2_500);

  @TempDir Path folder;
  private HangingServer hanging;

  @BeforeEach
  void start() throws IOException {
    hanging = new HangingServer();
  }

  @AfterEach
  void stop() throws IOException {
    hanging.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "place --wait",
        "place",
        "flood --rate 20",
        "flood --via amqp --rate 20",
        "poison",
        "replay-duplicate --order-id ord-1",
        "trace ord-1 --follow",
        "status",
        "stock",
        "topology declare",
        "watch --once",
        "dlq-inspect",
        "dlq-replay",
        "dlq-export",
        "dlq-purge --reason malformed --yes",
      })
  void ctrlCEndsTheCommandWithinTwoSeconds(String command) throws Exception {
    try (ProgramProcess process = start(command.split(" "))) {
      assertTrue(hanging.asked.await(30, TimeUnit.SECONDS), "nothing is asked: " + process.err());
      process.signal("INT").assertEndsWithin(SOON, 130);

      assertFalse(process.err().contains("\tat "), process.err());
    }
  }

  @Test
  void hangingFloodPrintsItsSummaryOnCtrlC() throws Exception {
    hanging.answersHealth = true;
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0);
        ProgramProcess flood =
            ProgramProcess.start(
                folder,
                "flood",
                "--rate",
                "100",
                "-c",
                "10",
                "-o",
                "json",
                "--uri",
                broker.uri(),
                "--order-url",
                hanging.url())) {
      flood.awaitErr("    1s ").signal("INT").assertEndsWithin(SOON, 130);

      Schemas.checkDocument("flood", flood.out());
      JsonNode json = JsonMapper.shared().readTree(flood.out());
      assertEquals(10, json.path("sent").longValue(), json.toString());
      assertEquals(10, json.path("errors").longValue(), json.toString());
      assertTrue(json.path("not_sent").longValue() > 50, json.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "amqp"})
  void unansweredFloodPrintsItsSummaryOnCtrlC(String way) throws Exception {
    try (ProgramProcess flood =
        start(new String[] {"flood", "--via", way, "--rate", "1000", "-o", "json"})) {
      assertTrue(hanging.asked.await(30, TimeUnit.SECONDS), flood.err());
      flood.signal("INT").assertEndsWithin(SOON, 130);

      Schemas.checkDocument("flood", flood.out());
      JsonNode json = JsonMapper.shared().readTree(flood.out());
      assertEquals(0, json.path("sent").longValue(), json.toString());
      assertEquals(0, json.path("errors").longValue(), json.toString());
      assertTrue(json.path("not_sent").longValue() > 0, json.toString());
    }
  }

  @Test
  void unansweredFloodSaysSoInItsSummary() throws Exception {
    try (ProgramProcess flood = start(new String[] {"flood", "--rate", "1000"})) {
      assertTrue(hanging.asked.await(30, TimeUnit.SECONDS), flood.err());
      flood.signal("INT").assertEndsWithin(SOON, 130);

      assertTrue(flood.out().contains("sent 0 "), flood.out());
      assertTrue(flood.out().contains("due but not sent "), flood.out());
      assertTrue(flood.out().contains("no answer before the first order"), flood.out());
    }
  }

  @Test
  void dueButUnsentOrdersAreCounted() {
    hanging.answersHealth = true;
    hanging.answersOneOrder = true;
    String[] words = {
      "flood", "--rate", "20", "-c", "1", "-z", "1s", "--uri", "amqp://127.0.0.1:1/"
    };
    Cli.Result json = new Cli().always("--order-url", hanging.url()).run(with(words, "-o", "json"));
    hanging.answersOneOrder = true;
    Cli.Result table = new Cli().always("--order-url", hanging.url()).run(words);

    assertEquals(3, json.exit(), json.err());
    assertEquals(2, json.json().path("sent").longValue(), json.out());
    assertEquals(18, json.json().path("not_sent").longValue(), json.out());
    assertTrue(table.out().contains("due but not sent 18"), table.out());
  }

  private static String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private ProgramProcess start(String[] words) throws IOException {
    return ProgramProcess.start(
        folder,
        with(
            words,
            "--uri",
            "amqp://guest:guest@127.0.0.1:" + hanging.port() + "/",
            "--order-url",
            hanging.url(),
            "--inventory-url",
            hanging.url(),
            "--notification-url",
            hanging.url()));
  }

  /** Accepts connections and reads requests; answers only what a test enables. */
  private static final class HangingServer implements AutoCloseable {
    private final ServerSocket server;
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean answersHealth;
    private volatile boolean answersOneOrder;

    HangingServer() throws IOException {
      server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    String url() {
      return "http://127.0.0.1:" + port();
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          var socket = server.accept();
          Thread.ofVirtual()
              .start(() -> {
                try (socket) {
                  read(socket);
                } catch (IOException e) {
                  // the client is gone
                }
              });
        } catch (IOException e) {
          return;
        }
      }
    }

    private void read(java.net.Socket socket) throws IOException {
      byte[] buffer = new byte[8_192];
      int length = socket.getInputStream().read(buffer);
      while (length > 0) {
        asked.countDown();
        String request = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        if (answersHealth && request.startsWith("GET ")) {
          answer(socket, "200 OK");
        }
        if (answersOneOrder && request.startsWith("POST ")) {
          answersOneOrder = false;
          answer(socket, "202 Accepted");
        }
        length = socket.getInputStream().read(buffer);
      }
    }

    private static void answer(java.net.Socket socket, String status) throws IOException {
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\n{}")
                  .getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
