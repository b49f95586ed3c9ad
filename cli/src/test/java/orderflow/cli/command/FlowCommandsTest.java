package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import orderflow.cli.Cli;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EmbeddedEnvironment;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import orderflow.testing.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The commands against a whole flow; JSON field names and types are a contract. */
@Timeout(60)
class FlowCommandsTest {
  private static final EnvironmentFault INVENTORY_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.INVENTORY);

  private static EmbeddedEnvironment environment;

  @BeforeAll
  static void start() throws InterruptedException {
    environment = EmbeddedEnvironment.start(Cli.plainContext());
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  @Test
  void placePrintsTheAcceptedOrder() {
    Cli.Result result = cli().run("place", "--order-id", "place-1", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals(List.of("order_id", "status"), fields(result.json()));
    assertEquals("place-1", result.json().path("order_id").stringValue());
    assertEquals("accepted", result.json().path("status").stringValue());
  }

  @Test
  void placeCreatesUniqueIds() {
    Set<String> ids = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      ids.add(cli().run("place", "-o", "json").json().path("order_id").stringValue());
    }

    assertEquals(3, ids.size());
  }

  @Test
  void placePrintsATableByDefault() {
    Cli.Result result = cli().run("place", "--order-id", "place-table");

    assertEquals("order_id  place-table\nstatus    accepted\n", result.out());
  }

  @Test
  void placeWaitsForTheOutcome() {
    Cli.Result result = cli().run("place", "--order-id", "place-wait", "--wait", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals(List.of("order_id", "status", "outcome", "outcome_from"), fields(result.json()));
    assertEquals("reserved", result.json().path("outcome").stringValue());
  }

  @Test
  void repeatedPlaceIsAcceptedAndAnotherPayloadRefused() {
    assertEquals(0, cli().run("place", "--order-id", "place-twice").exit());
    assertEquals(0, cli().run("place", "--order-id", "place-twice").exit());
    Cli.Result other = cli().run("place", "--order-id", "place-twice", "--qty", "2");

    assertEquals(2, other.exit());
    assertEquals("", other.out());
    assertEquals(1, other.err().lines().count(), other.err());
    assertTrue(other.err().contains("409"), other.err());
  }

  @Test
  void placeWaitReportsTheReasonAndExitsWith5() {
    String item = "scarce-" + System.nanoTime();
    cli().run("stock", item, "--set", "1");
    String[] words = {"place", "--item", item, "--qty", "2", "--wait"};
    Cli.Result table = cli().run(words);
    Cli.Result json = cli().always("-o", "json").run(words);

    assertEquals(5, table.exit(), table.err());
    assertTrue(table.out().matches("(?s).*outcome +failed\n.*reason +insufficient stock\n"));
    assertEquals(5, json.exit(), json.err());
    assertEquals("failed", json.json().path("outcome").stringValue());
    assertEquals("insufficient stock", json.json().path("reason").stringValue());
  }

  @Test
  void statusPrintsFiguresAsNumbers() {
    JsonNode status = cli().run("status", "-o", "json").json();

    for (String queue : List.of("order_placed", "inventory_reserved", "order_outcome")) {
      JsonNode consumed = figures(status, queue);
      assertEquals(1, consumed.path("consumers").intValue(), status.toString());
      assertTrue(consumed.path("ready").isIntegralNumber(), status.toString());
      assertTrue(figures(status, queue + "_dlq").path("ready").isIntegralNumber());
    }
    JsonNode order = figures(status, "order service");
    assertTrue(order.path("outbox_events").isIntegralNumber(), status.toString());
    assertTrue(order.path("outbox_age_seconds").isNumber(), status.toString());
    assertTrue(figures(status, "notification service").path("unsent").isIntegralNumber());
  }

  private static JsonNode figures(JsonNode status, String subject) {
    for (JsonNode finding : status) {
      if (finding.path("subject").stringValue("").equals(subject)) {
        return finding.path("figures");
      }
    }
    throw new AssertionError(subject + " is not in " + status);
  }

  @Test
  void placeWaitTimesOutWithoutADecision() throws InterruptedException {
    environment.inject(INVENTORY_STOPPED);
    try {
      Cli.Result result =
          cli().run("place", "--order-id", "place-undecided", "--wait", "--timeout", "200ms");

      assertEquals(3, result.exit());
      assertTrue(result.err().contains("place-undecided was accepted"), result.err());
      assertTrue(result.err().contains("within 200 ms"), result.err());
      assertTrue(result.out().contains("outcome   -"), result.out());
    } finally {
      environment.heal(INVENTORY_STOPPED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "amqp"})
  void floodPrintsItsFiguresAsJson(String via) throws InterruptedException {
    Cli.Result result =
        cli()
            .run(
                "flood",
                "--via",
                via,
                "--count",
                "200",
                "--rate",
                "max",
                "--prefix",
                "fl-" + via,
                "-o",
                "json");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertFigures(result.json());
    assertEquals(200, result.json().path("sent").intValue());
    assertEquals(200, result.json().path("accepted").intValue());
    assertEquals(0, result.json().path("rejected").intValue());
    assertEquals(0, result.json().path("errors").intValue());
    assertEquals(
        "reserved",
        cli()
            .run("place", "--wait", "--order-id", "fl-behind-" + via, "-o", "json")
            .json()
            .path("outcome")
            .stringValue());
    Set<String> reserved = new TreeSet<>();
    environment
        .inventory()
        .eachReservation("fl-" + via + "-", "", found -> reserved.add(found.orderId()));
    assertEquals(200, reserved.size());
  }

  /** 20 a second for a second and a half are at most 30, the last due after 1.45 s. */
  @Test
  void floodKeepsTheRate() {
    Cli.Result result = cli().run("flood", "--seconds", "1500ms", "--rate", "20", "-o", "json");

    int sent = result.json().path("sent").intValue();
    assertTrue(sent <= 30, "sent " + sent);
    assertTrue(sent >= 15, "sent " + sent);
    assertEquals(sent, result.json().path("accepted").intValue());
    assertTrue(result.json().path("rate_per_s").doubleValue() <= 25, result.out());
  }

  @Test
  void floodCountsRefusedOrders() {
    cli().run("place", "--order-id", "refused-00000001", "--qty", "7");
    Cli.Result result =
        cli().run("flood", "--count", "3", "--rate", "max", "--prefix", "refused", "-o", "json");

    assertEquals(3, result.exit());
    assertEquals(2, result.json().path("accepted").intValue());
    assertEquals(1, result.json().path("rejected").intValue());
    assertEquals(0, result.json().path("errors").intValue());
  }

  /** A count alone does not say whether load, address or orders are the cause. */
  @Test
  void floodReportsTheFirstRefusal() {
    cli().run("place", "--order-id", "why-00000001", "--qty", "7");
    Cli.Result conflict = cli().run("flood", "--count", "3", "--rate", "max", "--prefix", "why");
    Cli.Result wrongAddress =
        cli()
            .run(
                "flood",
                "--count",
                "3",
                "--rate",
                "max",
                "--order-url",
                environment.inventory().base().toString());

    assertTrue(
        conflict.out().contains("\nproblem  HTTP 409: another order with this order_id"),
        conflict.out());
    assertTrue(wrongAddress.out().contains("\nproblem  HTTP 404"), wrongAddress.out());
    assertFalse(cli().run("flood", "--count", "3", "--rate", "max").out().contains("problem"));
  }

  @Test
  void floodReportsTheBacklog() throws InterruptedException {
    environment.inject(INVENTORY_STOPPED);
    try {
      Cli.Result result =
          cli().run("flood", "--count", "50", "--rate", "max", "--via", "amqp", "-o", "json");

      assertEquals(50, result.json().path("backlog").path("peak").intValue());
      assertEquals(50, result.json().path("backlog").path("at_end").intValue());
    } finally {
      environment.heal(INVENTORY_STOPPED);
    }
  }

  @Test
  void floodRunsWithoutABroker() {
    Cli.Result result =
        cli()
            .run(
                "flood",
                "--count",
                "3",
                "--rate",
                "max",
                "-o",
                "json",
                "--uri",
                "amqp://127.0.0.1:1/");

    assertEquals(0, result.exit(), result.err());
    assertEquals(3, result.json().path("accepted").intValue());
    assertTrue(result.json().path("backlog").path("peak").isNull(), result.out());
  }

  @Test
  void floodPrintsASummary() {
    Cli.Result result = cli().run("flood", "--count", "5", "--rate", "max");

    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("sent 5  accepted 5  rejected 0  errors 0"), result.out());
    assertTrue(result.out().contains("p99"), result.out());
    assertTrue(result.out().lines().allMatch(line -> line.length() <= 80), result.out());
    assertFalse(result.out().contains("\u001b"), result.out());
  }

  @Test
  void traceShowsTheOrderUpToItsNotification() {
    String id = "trace-" + System.nanoTime();
    cli().run("place", "--order-id", id, "--wait");
    Cli.Result result = cli().run("trace", id, "--follow", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals("reserved", result.json().path("status").stringValue());
    assertTrue(result.json().path("notified").booleanValue());
    List<String> events = new java.util.ArrayList<>();
    result.json().path("events").forEach(event -> events.add(event.path("event").stringValue()));
    assertTrue(
        events.containsAll(List.of("accepted", "reserved", "learnt", "recorded", "notified")),
        events.toString());
    assertTrue(cli().run("trace", id).out().contains(id + ": reserved, notified"));
    assertTrue(cli().run("trace", id).out().contains("published   and confirmed by the broker"));
  }

  /** All kinds of poison with an order id use this one. */
  @Test
  void traceShowsDeadLetters() {
    cli().run("poison", "--kind", "negative-qty");
    JsonNode trace = cli().run("trace", "poison", "-o", "json").json();

    assertEquals("unknown", trace.path("status").stringValue());
    assertFalse(trace.path("notified").booleanValue());
    assertTrue(trace.path("events").get(0).path("gap_ms").isNull(), trace.toString());
    assertEquals("order_placed_dlq", trace.path("events").get(0).path("service").stringValue());
    assertEquals("dead_lettered", trace.path("events").get(0).path("event").stringValue());
  }

  @Test
  void traceReportsAnUnknownOrder() {
    Cli.Result result = cli().run("trace", "unknown-order", "-o", "json");

    assertEquals(2, result.exit());
    assertTrue(result.json().path("events").isEmpty(), result.out());
    assertTrue(result.err().contains("order unknown-order not found"), result.err());
  }

  @Test
  void traceNamesAnUnavailableServiceAndShowsTheRest() {
    String id = "trace-" + System.nanoTime();
    cli().run("place", "--order-id", id, "--wait");
    Cli.Result result = cli().run("trace", id, "--order-url", "http://127.0.0.1:1");

    assertEquals(3, result.exit());
    assertTrue(result.out().contains("reserved"), result.out());
    assertTrue(result.err().contains("the order service does not answer"), result.err());

    JsonNode json =
        cli().run("trace", id, "--notification-url", "http://127.0.0.1:1", "-o", "json").json();
    assertTrue(json.path("notified").isNull(), json.toString());
    assertEquals("[\"notification\"]", json.path("silent").toString());
  }

  @Test
  void wrongServiceAtTheAddressIsReported() {
    String id = "trace-" + System.nanoTime();
    cli().run("place", "--order-id", id, "--wait");
    String inventory = environment.inventory().base().toString();
    Cli.Result status = cli().run("status", "--order-url", inventory);
    Cli.Result trace = cli().run("trace", id, "--order-url", inventory);
    JsonNode watched =
        cli()
            .run("watch", "--once", "--order-url", inventory, "-o", "json")
            .json()
            .path("services")
            .path(0);

    assertFalse(watched.path("ready").booleanValue(), watched.toString());
    assertTrue(watched.path("state").stringValue().contains("where inventory answers"));
    assertTrue(watched.path("metrics").isEmpty(), "they are another's");
    assertEquals(5, status.exit());
    assertTrue(status.out().contains("where inventory answers"), status.out());
    assertFalse(status.out().contains("OK    order service"), status.out());
    assertEquals(3, trace.exit());
    assertTrue(trace.err().contains("the order service is not at " + inventory), trace.err());
  }

  @Test
  void statusReportsProblemsWithAdvice() {
    Cli.Result well = cli().run("status", "-o", "json");
    assertTrue(well.exit() == 0 || well.exit() == 3, well.out());
    for (JsonNode finding : well.json()) {
      assertFalse("fail".equals(finding.path("level").stringValue()), finding.toString());
    }

    Cli.Result away = cli().run("status", "--inventory-url", "http://127.0.0.1:1");
    assertEquals(5, away.exit());
    assertTrue(away.out().contains("does not answer at http://127.0.0.1:1"), away.out());
    assertTrue(away.out().contains("-> start it with 'orderflow up'"), away.out());

    Cli.Result nothing = cli().run("status", "--uri", "amqp://127.0.0.1:1");
    assertEquals(5, nothing.exit());
    assertTrue(nothing.out().contains("no broker answers"), nothing.out());
    JsonNode finding =
        cli().run("status", "--uri", "amqp://127.0.0.1:1", "-o", "ndjson").jsonLines().getFirst();
    assertEquals("fail", finding.path("level").stringValue());
    assertTrue(finding.path("advice").isString(), finding.toString());
  }

  /** Held messages are neither counted as ready nor visible to others. */
  @Test
  void statusAndTraceReportDeadLettersHeldByConsumers() throws Exception {
    String queue = "order_outcome_dlq";
    RabbitBroker broker = environment.broker();
    try (Subscription _ = broker.subscribe(queue, 10)) {
      Cli.Result status = cli().run("status");
      Cli.Result trace = cli().run("trace", "never-placed");

      assertTrue(status.out().contains("0 dead letters ready; 1 consumer may hold"), status.out());
      assertEquals(4, trace.exit());
      assertTrue(trace.err().contains("other consumers of " + queue), trace.err());
    }
    try (QueueBrowser browser = broker.openBrowser()) {
      Await.until(
          "the consumer is gone",
          Duration.ofSeconds(30),
          () -> browser.state(queue).orElseThrow().consumers() == 0);
    }
  }

  @Test
  void stockShowsAndSetsAnItem() {
    String item = "stock-" + System.nanoTime();
    Cli.Result set = cli().run("stock", item, "--set", "5", "-o", "json");

    assertEquals(5, set.json().path("available").intValue());
    assertEquals(0, set.json().path("reserved").intValue());
    assertTrue(cli().run("stock", "-o", "ndjson").out().contains("\"" + item + "\""));
    assertTrue(cli().run("stock", "-o", "json").json().size() > 1);
    assertTrue(cli().run("stock", "never-" + item, "-o", "json").json().path("available").isNull());
    assertEquals(2, cli().run("stock", "--set", "5").exit());
  }

  @Test
  void topologyShowsAndDeclares() {
    assertEquals(4, cli().run("topology", "-o", "ndjson").jsonLines().size());
    assertEquals(0, cli().run("topology", "declare").exit());
    JsonNode definitions = cli().run("topology", "export").json();
    assertEquals(2, definitions.path("exchanges").size());
    assertEquals(6, definitions.path("queues").size());
    assertEquals(4, definitions.path("bindings").size());
  }

  @Test
  void watchOncePrintsOneSnapshot() {
    JsonNode now = cli().run("watch", "--once", "-o", "json").json();
    assertEquals(6, now.path("queues").size());
    assertEquals("ready", now.path("services").path(0).path("state").stringValue(""));
    Cli.Result result = cli().run("watch", "--once");

    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("order_placed_dlq"), result.out());
    assertTrue(result.out().contains("inventory     ready"), result.out());

    Cli.Result elsewhere = cli().run("watch");
    assertEquals(2, elsewhere.exit());
    assertTrue(elsewhere.err().contains("--once"), elsewhere.err());
  }

  @Test
  void colorsOnlyOnTerminals() {
    assertTrue(cli().onTerminal().run("poison").out().contains("\u001b[1;32mPASS"));
    assertFalse(cli().run("poison").out().contains("\u001b"));
    assertFalse(cli().onTerminal().run("poison", "--no-color").out().contains("\u001b"));
    assertFalse(cli().onTerminal().with("NO_COLOR", "1").run("poison").out().contains("\u001b"));
    assertFalse(cli().onTerminal().with("TERM", "dumb").run("poison").out().contains("\u001b"));
  }

  private static Cli cli() {
    return environment.cli();
  }

  private static void assertFigures(JsonNode json) {
    assertEquals(
        List.of(
            "sent",
            "accepted",
            "rejected",
            "errors",
            "not_sent",
            "seconds",
            "rate_per_s",
            "latency_ms",
            "backlog"),
        fields(json));
    for (String whole : List.of("sent", "accepted", "rejected", "errors")) {
      assertTrue(json.path(whole).isIntegralNumber(), whole);
    }
    assertTrue(json.path("seconds").isNumber());
    assertTrue(json.path("rate_per_s").isNumber());
    assertEquals(List.of("p50", "p90", "p99", "p999", "max"), fields(json.path("latency_ms")));
    double last = 0;
    for (JsonNode latency : json.path("latency_ms")) {
      assertTrue(latency.doubleValue() >= last, () -> "not ascending: " + json);
      last = latency.doubleValue();
    }
    assertTrue(last > 0);
    assertEquals(List.of("peak", "at_end"), fields(json.path("backlog")));
    assertTrue(json.path("backlog").path("peak").isIntegralNumber());
    assertTrue(json.path("backlog").path("at_end").isIntegralNumber());
  }

  private static List<String> fields(JsonNode json) {
    return List.copyOf(json.propertyNames());
  }
}
