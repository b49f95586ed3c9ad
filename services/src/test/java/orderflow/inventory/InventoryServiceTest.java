package orderflow.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.http.HttpSettings;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.Topology;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.Await;
import orderflow.testing.OtherTimeZone;
import orderflow.testing.SharedBroker;
import orderflow.testing.SteppingClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole service, as clients and operators see it over HTTP and at the broker. */
@ExtendWith(OtherTimeZone.class)
@Timeout(120)
class InventoryServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final RandomGenerator RANDOM = new Random(1);

  @TempDir Path folder;

  private final SharedBroker broker = new SharedBroker();
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable RunningService service;

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
    }
    client.close();
  }

  @Test
  void ordersAreDecidedAndRecorded() throws Exception {
    start(FaultInjection.NONE);
    assertAnswer(
        200,
        "{'item_id':'widget','available':5,'reserved':0}",
        put("/stock/widget", "{'available':5}"));
    place("a", 3);
    place("b", 3);
    awaitOutcomes(2);
    assertEquals(
        List.of("a reserved null", "b failed insufficient stock"),
        outcomes().stream()
            .map(each -> each.orderId() + " " + each.status().wire() + " " + each.reason())
            .toList());
    assertAnswer(200, "{'item_id':'widget','available':2,'reserved':3}", get("/stock/widget"));
    assertAnswer(
        200,
        "{'order_id':'a','status':'reserved','item_id':'widget','qty':3,'user_id':'u',"
            + "'decided_at':'2026-01-01T00:00:00Z','deliveries':1,"
            + "'replays':[]}",
        get("/reservations/a"));
    assertAnswer(
        200,
        "{'order_id':'b','status':'failed','item_id':'widget','qty':3,'user_id':'u',"
            + "'reason':'insufficient stock','decided_at':'2026-01-01T00:00:00Z','deliveries':1,"
            + "'replays':[]}",
        get("/reservations/b"));
    assertEquals(404, get("/reservations/c").statusCode());
  }

  @Test
  void failuresCanBeForced() throws Exception {
    start(new FaultInjection(FailMode.ALWAYS, 0, Duration.ZERO));
    place("a", 1);
    awaitOutcomes(1);
    assertEquals(Reservation.FORCED, outcomes().getFirst().reason());
  }

  @Test
  void delayTakesOrdersOneByOne() throws Exception {
    for (int i = 0; i < 5; i++) {
      place("slow-" + i, 1);
    }
    start(new FaultInjection(FailMode.NONE, 0, Duration.ofMillis(1)));
    awaitOutcomes(5);
    stop();
    assertEquals(List.of(1, 1, 1, 1, 1), broker.batches());
    for (int i = 0; i < 5; i++) {
      place("quick-" + i, 1);
    }
    start(FaultInjection.NONE);
    awaitOutcomes(10);
    stop();
    assertEquals(List.of(1, 1, 1, 1, 1, 5), broker.batches());
  }

  @Test
  void serviceWithoutABrokerIsNotReadyAndRecovers() throws Exception {
    broker.setUnreachable(true);
    RunningService running = start(FaultInjection.NONE);
    Await.until(
        "both say why",
        LIMIT,
        () ->
            running
                .problems()
                .toString()
                .equals(
                    "{consumer=no broker answers, relay=no broker answers,"
                        + " relay-order_placed_dlq=no broker answers}"));
    assertFalse(running.isReady());
    assertEquals(503, get("/health/ready").statusCode());
    assertEquals(200, put("/stock/widget", "{'available':5}").statusCode());
    broker.setUnreachable(false);
    Await.until("ready", LIMIT, running::isReady);
    assertEquals(200, get("/health/ready").statusCode());
  }

  @Test
  void stockIsListedPageByPage() throws Exception {
    start(FaultInjection.NONE);
    assertAnswer(200, "{'stock':[],'next':null}", get("/stock"));
    for (String item : List.of("b", "a", "c")) {
      put("/stock/" + item, "{'available':1}");
    }
    assertAnswer(
        200,
        "{'stock':[{'item_id':'a','available':1,'reserved':0},"
            + "{'item_id':'b','available':1,'reserved':0}],'next':'b'}",
        get("/stock?limit=2"));
    assertAnswer(
        200,
        "{'stock':[{'item_id':'c','available':1,'reserved':0}],'next':null}",
        get("/stock?limit=2&after=b"));
  }

  @Test
  void reservationsAreListedPageByPage() throws Exception {
    start(FaultInjection.NONE);
    place("a", 1);
    place("b", 1);
    awaitOutcomes(2);
    String first = get("/reservations?limit=1").body();
    assertTrue(first.contains("\"order_id\":\"a\"") && first.endsWith("\"next\":\"a\"}"), first);
    String rest = get("/reservations?limit=1&after=a").body();
    assertTrue(rest.contains("\"order_id\":\"b\"") && rest.endsWith("\"next\":null}"), rest);
  }

  @Test
  void itemCanBeMadeUnlimitedAgain() throws Exception {
    start(FaultInjection.NONE);
    String unlimited = "{'item_id':'widget','available':null,'reserved':0}";
    assertAnswer(200, unlimited, get("/stock/widget"));
    put("/stock/widget", "{'available':0}");
    assertAnswer(200, unlimited, put("/stock/widget", "{'available':null}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'available':0} | 200",
        "{'available':1000000000000} | 200",
        "{'available':1000000000001} | 422",
        "{'available':-1} | 422",
        "{'available':1.5} | 422",
        "{'available':'5'} | 422",
        "{'available':true} | 422",
        "{} | 400",
        "{'level':5} | 400",
        "[] | 400",
        "{'available':5 | 400",
      })
  void levelIsAWholeNumberOrNull(String body, int status) throws Exception {
    start(FaultInjection.NONE);
    put("/stock/widget", "{'available':7}");
    HttpResponse<String> answer = put("/stock/widget", body);
    assertEquals(status, answer.statusCode(), answer::body);
    if (status != 200) {
      assertAnswer(200, "{'item_id':'widget','available':7,'reserved':0}", get("/stock/widget"));
    }
  }

  @Test
  void forbiddenIdIsRefusedAndNotEchoed() throws Exception {
    start(FaultInjection.NONE);
    for (HttpResponse<String> answer :
        List.of(
            get("/stock/a%20b"),
            put("/stock/a%20b", "{'available':1}"),
            get("/reservations/a%20b"))) {
      assertEquals(400, answer.statusCode());
      assertFalse(answer.body().contains("a b"), answer::body);
    }
    assertAnswer(200, "{'stock':[],'next':null}", get("/stock"));
  }

  @Test
  void storeWithTheFormerLogOfDeadLettersIsMigrated() throws Exception {
    RunningService before = start(FaultInjection.NONE);
    put("/stock/widget", "{'available':5}");
    before.close();
    String database = "jdbc:sqlite:" + folder.resolve("inventory.db");
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE dead_lettered (id INTEGER PRIMARY KEY, queue TEXT NOT NULL)");
      statement.execute("INSERT INTO dead_lettered VALUES (1, 'order_placed')");
      statement.execute("CREATE TABLE dead_lettered_beside (batch INTEGER PRIMARY KEY)");
      int version = number(statement, "PRAGMA user_version");
      statement.execute("PRAGMA user_version = " + (version - 1));
    }
    start(FaultInjection.NONE);
    assertAnswer(200, "{'item_id':'widget','available':5,'reserved':0}", get("/stock/widget"));
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement()) {
      assertEquals(
          0,
          number(
              statement,
              "SELECT count(*) FROM sqlite_master WHERE name LIKE 'dead\\_lettered%'"
                  + " ESCAPE '\\'"));
    }
  }

  private static int number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.getInt(1);
    }
  }

  private RunningService start(FaultInjection faults) {
    RunningService started =
        InventoryService.start(
            new ServiceSettings(
                broker, folder, HttpSettings.of("127.0.0.1", 0), new SteppingClock(), RANDOM),
            faults);
    service = started;
    return started;
  }

  private void place(String orderId, int qty) {
    broker.put(
        new Message(
            "order_events",
            "order.placed",
            MessageProperties.none(),
            EventCodec.encode(new OrderPlaced(orderId, "widget", qty, "u"))));
  }

  private void awaitOutcomes(int count) throws Exception {
    Await.until(count + " outcomes", LIMIT, () -> outcomes().size() == count);
  }

  private List<InventoryOutcome> outcomes() {
    return broker.waiting(Topology.ORDER_OUTCOME).stream()
        .map(message -> EventCodec.decodeOutcome(message.body()))
        .toList();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).timeout(LIMIT).build(), BodyHandlers.ofString(UTF_8));
  }

  private HttpResponse<String> put(String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        BodyHandlers.ofString(UTF_8));
  }

  private URI uri(String path) {
    if (service == null) {
      throw new IllegalStateException("not started");
    }
    return URI.create(service.uri() + path);
  }

  /** {@code body} with single quotes for double ones. */
  private static void assertAnswer(int status, String body, HttpResponse<String> answer) {
    assertEquals(body.replace('\'', '"'), answer.body());
    assertEquals(status, answer.statusCode());
  }
}
