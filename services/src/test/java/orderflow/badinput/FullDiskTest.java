package orderflow.badinput;

import static orderflow.badinput.RefusalMessages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import orderflow.testing.Await;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full disk, simulated for the order service's process: its files cannot grow beyond a limit,
 * which a test can set and remove.
 */
@Timeout(120)
@EnabledIf("canLimitFiles")
class FullDiskTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_ORDERS = 2_000;
  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

  @TempDir Path folder;
  @TempDir Path logs;

  @SuppressWarnings("NullAway.Init") // by the test
  private Process process;

  private int port;

  static boolean canLimitFiles() {
    return Files.isExecutable(PRLIMIT);
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
  }

  @Test
  void fullDiskIsReportedAndNoAcceptedOrderIsLost() throws Exception {
    start();
    Set<String> taken = new TreeSet<>();
    Reply reply = fill(taken);
    assertRefused(503, reply);
    assertEquals("1", reply.header("retry-after"));
    assertTrue(reply.body().contains("store_unavailable"), reply.body());
    assertEquals(200, RawHttpClient.once(port, RawHttpClient.get("/health/live")).status());
    assertOnRecord(taken);
    String refused = "o-" + (1_000 + taken.size());
    assertEquals(404, RawHttpClient.once(port, RawHttpClient.get("/order/" + refused)).status());
    for (int again = 0; again < 5; again++) {
      assertRefused(503, place(refused));
    }

    limit("unlimited");

    Await.until("the refused order is accepted", LIMIT, () -> place(refused).status() == 202);
    taken.add(refused);
    assertOnRecord(taken);
    assertEquals(1, logged("no order can be stored: "), Files.readString(log()));
  }

  private long logged(String line) throws IOException {
    try (Stream<String> lines = Files.lines(log())) {
      return lines.filter(logged -> logged.contains(line)).count();
    }
  }

  private Path log() {
    return logs.resolve("output");
  }

  /** Places orders until one is refused; returns that response. */
  private Reply fill(Set<String> taken) throws IOException {
    while (taken.size() < MAX_ORDERS) {
      String id = "o-" + (1_000 + taken.size());
      Reply reply = place(id);
      if (reply.status() != 202) {
        return reply;
      }
      taken.add(id);
    }
    throw new AssertionError("the disk was never full");
  }

  private Reply place(String id) throws IOException {
    return RawHttpClient.once(
        port, RawHttpClient.post("/order", BadOrders.ORDER.replace(BadMessages.MARK, id)));
  }

  private void assertOnRecord(Set<String> orders) throws IOException {
    String list = RawHttpClient.once(port, RawHttpClient.get("/orders?limit=1000")).body();
    for (String id : orders) {
      assertTrue(list.contains('"' + id + '"'), id);
    }
    assertEquals(orders.size(), list.split("order_id", -1).length - 1);
  }

  private void start() throws Exception {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OrderProcess.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    Await.until("the service has started", LIMIT, () -> logged("port ") == 1);
    try (Stream<String> lines = Files.lines(log())) {
      port =
          lines
              .filter(line -> line.startsWith("port "))
              .mapToInt(line -> Integer.parseInt(line.substring(5)))
              .findFirst()
              .orElseThrow();
    }
    limit(Integer.toString(1024 * 1024));
  }

  /** The size that a file of the process may have from now on. */
  private void limit(String bytes) throws Exception {
    Process prlimit =
        new ProcessBuilder(
                PRLIMIT.toString(),
                "--pid",
                Long.toString(process.pid()),
                String.format(Locale.ROOT, "--fsize=%s:", bytes))
            .inheritIO()
            .start();
    assertEquals(0, prlimit.waitFor());
  }
}
