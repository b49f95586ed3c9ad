package orderflow.badinput;

import static orderflow.badinput.BadRequest.closing;
import static orderflow.badinput.BadRequest.goingOn;
import static orderflow.badinput.BadRequest.utf8;
import static orderflow.badinput.RefusalMessages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends the HTTP catalogue of bad requests to inventory's stock endpoint: no stock level changes,
 * and the next good request succeeds.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockInputTest {
  private static final String WIDGET = "/stock/widget";
  private static final int MAX_BODY = BadOrders.MAX_BODY;

  private final LogCapture log = new LogCapture();

  @SuppressWarnings("NullAway.Init") // before all tests
  private Path folder;

  @SuppressWarnings("NullAway.Init") // before all tests
  private ServiceUnderTest service;

  private int set;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException {
    folder = temporary;
    service = ServiceUnderTest.inventory(ServiceUnderTest.noBroker(), folder);
    assertSetsTheNextLevel();
  }

  @AfterAll
  void stop() {
    service.close();
    log.close();
  }

  @AfterEach
  void clientsCannotForgeLogLines() {
    log.requireClean(BadMessages.MARK);
  }

  static Stream<BadRequest> badLevels() {
    List<BadRequest> all = new ArrayList<>();
    for (String body :
        List.of(
            "",
            "not json",
            "null",
            "5",
            "[5]",
            "{}",
            "{\"available\":5",
            "{\"available\":5} {}",
            "{\"available\":5,\"available\":5}",
            "{\"Available\":5}",
            "{\"available\":5,\"x\":\"\u00ff\"}",
            "\u00ef\u00bb\u00bf{\"available\":5}",
            "{\"available\":" + "1".repeat(65) + "}",
            "{\"available\":5,\"x\":" + "[".repeat(16) + "]".repeat(16) + "}")) {
      all.add(goingOn("body " + body, RawHttpClient.request("PUT", WIDGET, body), 400));
    }
    for (String level :
        List.of(
            "-1",
            "1.0",
            "1e3",
            "1e999999",
            "\"1\"",
            "true",
            "[1]",
            "{}",
            "1000000000001",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551617")) {
      String body = "{\"available\":" + level + "}";
      all.add(goingOn("level " + level, RawHttpClient.request("PUT", WIDGET, body), 422));
    }
    paths(all);
    framing(all);
    return all.stream();
  }

  private static void paths(List<BadRequest> all) {
    for (String id :
        List.of("", "a%20b", "%E2%80%AEzqxmark", "zqxmark;a=b", "zqxmark%2Fb", "x".repeat(129))) {
      all.add(goingOn("item " + id, put("/stock/" + id), 400));
    }
    for (String id :
        List.of("zqxmark%0d%0aSet-Cookie:a=b", "zqxmark%00", "zqxmark%1b%5B31m", "%ff", "%zz")) {
      all.add(closing("item " + id, put("/stock/" + id), 400));
    }
    all.add(closing("raw 8-bit item", put(utf8("/stock/zqxmark\u0661")), 400));
    all.add(closing("POST", RawHttpClient.post(WIDGET, "{\"available\":5}"), 405));
    all.add(closing("DELETE", RawHttpClient.request("DELETE", WIDGET, "{}"), 405));
    all.add(closing("PUT to all", put("/stock"), 405));
    all.add(closing("no such path", RawHttpClient.request("PUT", "/stock/a/b", "{}"), 404));
    all.add(
        closing("no such order", RawHttpClient.request("PUT", "/reservations/zqxmark", "{}"), 405));
  }

  private static String put(String path) {
    return RawHttpClient.request("PUT", path, "{\"available\":5}");
  }

  private static void framing(List<BadRequest> all) {
    String good = "{\"available\":5}";
    String large = good + " ".repeat(MAX_BODY);
    all.add(closing("too large", RawHttpClient.request("PUT", WIDGET, large), 413));
    all.add(
        closing(
            "a text", RawHttpClient.request("PUT", WIDGET, good, "Content-Type: text/csv"), 415));
    all.add(
        closing(
            "packed", RawHttpClient.request("PUT", WIDGET, good, "Content-Encoding: gzip"), 415));
    all.add(closing("expects", RawHttpClient.request("PUT", WIDGET, good, "Expect: zqxmark"), 417));
    all.add(
        closing(
            "chunked with length",
            RawHttpClient.request("PUT", WIDGET, good, "Transfer-Encoding: chunked"),
            400));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badLevels")
  void badInputIsRefusedAndChangesNothing(BadRequest bad) throws IOException {
    List<String> before = service.rows("stock");
    try (RawHttpClient client = new RawHttpClient(service.port())) {
      assertRefused(bad.status(), client.send(bad.request()).read());
      assertEquals(before, service.rows("stock"));
      if (bad.closes()) {
        assertTrue(client.isClosedByServer());
      } else {
        assertEquals(200, client.send(RawHttpClient.get(WIDGET)).read().status());
      }
    }
    assertSetsTheNextLevel();
  }

  @Test
  void limitsThemselvesAreAccepted() throws IOException {
    for (String level : List.of("0", "1000000000000", "null")) {
      assertSets("limits", level);
    }
  }

  /** A backup or an operator's tool may lock the database. */
  @Test
  void lockedDatabaseAnswersRetryAfter() throws Exception {
    List<String> before = service.rows("stock");
    try (Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("inventory.db"));
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      Reply reply = RawHttpClient.once(service.port(), put(WIDGET));
      assertRefused(503, reply);
      assertEquals("1", reply.header("retry-after"));
      assertEquals(before, service.rows("stock"));
    }
    assertSetsTheNextLevel();
  }

  private void assertSetsTheNextLevel() throws IOException {
    assertSets("widget", Integer.toString(set++));
  }

  private void assertSets(String item, String level) throws IOException {
    String body = "{\"available\":" + level + "}";
    Reply reply =
        RawHttpClient.once(service.port(), RawHttpClient.request("PUT", "/stock/" + item, body));
    assertEquals(200, reply.status(), reply.body());
    String now = "{\"item_id\":\"" + item + "\",\"available\":" + level + ",\"reserved\":0}";
    assertEquals(now, reply.body());
    assertEquals(now, service.get("/stock/" + item).body());
  }
}
