package orderflow.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests damaged at random: whatever comes back is well-formed, and the server goes on. */
@Timeout(600)
class FuzzTest {
  private static final int ROUNDS = Integer.getInteger("orderflow.rounds", 3000);
  private static final List<String> SEEDS =
      List.of(
          RawHttpClient.get("/items/7?q=a%20b"),
          RawHttpClient.post("/echo", "{\"a\":1}", "Content-Type: application/json"),
          RawHttpClient.chunked("/echo", "7\r\n{\"a\":1}\r\n0\r\n\r\n"),
          RawHttpClient.post("/echo", "{}", "Expect: 100-continue", "Connection: close"));
  private static final List<String> PIECES =
      List.of(
          "\r\n",
          "\n",
          "\r",
          ":",
          " ",
          "\t",
          "\u0000",
          "%",
          "%00",
          "\u00ff",
          "0",
          "-1",
          "99999999",
          "ffffffff",
          "Content-Length: 5\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Host: x\r\n",
          "Expect: x\r\n",
          "HTTP/1.1",
          "GET ",
          "/",
          "?",
          "#",
          ";",
          ",",
          "a".repeat(5000));

  @Test
  void damagedRequestsNeverBreakTheServer() throws IOException {
    long seed = Long.getLong("orderflow.seed", System.nanoTime());
    Random random = new Random(seed);
    try (ServerFixture fixture = new ServerFixture(ServerFixture.withLongTimeouts())) {
      for (int round = 0; round < ROUNDS; round++) {
        String request = damaged(random);
        String context = "-Dorderflow.seed=" + seed + " round " + round;
        try {
          assertWellFormed(fixture.port(), request, context);
        } catch (IOException e) {
          throw new AssertionError(context, e);
        }
      }
      assertEquals(
          "{}", RawHttpClient.once(fixture.port(), RawHttpClient.post("/echo", "{}")).body());
      String metrics = fixture.metrics.scrape();
      assertTrue(!metrics.contains("status=\"500\""), "seed " + seed + "\n" + metrics);
    }
  }

  /** Reads answers until the connection ends, which it must do between two of them. */
  private static void assertWellFormed(int port, String request, String context)
      throws IOException {
    try (RawHttpClient wire = new RawHttpClient(port)) {
      wire.send(request).halfClose();
      while (!wire.isClosedByServer()) {
        Reply reply = wire.read();
        assertTrue(reply.status() != 500, context);
      }
    }
  }

  private static String damaged(Random random) {
    StringBuilder request = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
      int at = random.nextInt(request.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> request.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 1 -> request.delete(at, Math.min(request.length(), at + 1 + random.nextInt(8)));
        case 2 -> request.insert(at, (char) random.nextInt(256));
        default -> request.append(SEEDS.get(random.nextInt(SEEDS.size())), 0, 20);
      }
    }
    return new String(request.toString().getBytes(ISO_8859_1), ISO_8859_1);
  }
}
