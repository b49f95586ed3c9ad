package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import orderflow.cli.Cli;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Inspects dead letters of orderflow, of the broker and of other programs. */
@Timeout(90)
class DlqInspectTest extends DeadLetterTestQueues {
  private static final byte[] NO_TEXT = {(byte) 0xff, 0x00, (byte) 0xc3, 0x28};

  private static final Duration LIMIT = Duration.ofSeconds(15);

  @Test
  void deadLetterOfOursHasAllFields() throws Exception {
    dead(
        "{\"order_id\":\"ord-7\",\"qty\":-1}",
        Map.of(
            "x-orderflow-reason", "invalid",
            "x-orderflow-detail", "qty must be a whole number",
            "x-orderflow-exchange", "order_events",
            "x-orderflow-routing-key", "order.placed",
            "x-orderflow-at", "2026-01-02T03:04:05.678Z",
            "x-orderflow-replays", 2));
    JsonNode deadLetter = inspect().jsonLines().getFirst();

    assertEquals(
        List.of(
            "position",
            "id",
            "reason",
            "detail",
            "order_id",
            "exchange",
            "routing_key",
            "at",
            "replays",
            "body",
            "body_encoding",
            "headers",
            "dropped_headers"),
        List.copyOf(deadLetter.propertyNames()));
    assertEquals(1, deadLetter.path("position").intValue());
    assertEquals("invalid", deadLetter.path("reason").stringValue());
    assertEquals("qty must be a whole number", deadLetter.path("detail").stringValue());
    assertEquals("ord-7", deadLetter.path("order_id").stringValue());
    assertEquals("order_events", deadLetter.path("exchange").stringValue());
    assertEquals("order.placed", deadLetter.path("routing_key").stringValue());
    assertEquals("2026-01-02T03:04:05.678Z", deadLetter.path("at").stringValue());
    assertEquals(2, deadLetter.path("replays").intValue());
    assertEquals("{\"order_id\":\"ord-7\",\"qty\":-1}", deadLetter.path("body").stringValue());
    assertEquals("utf-8", deadLetter.path("body_encoding").stringValue());
    assertEquals("invalid", deadLetter.path("headers").path("x-orderflow-reason").stringValue());
  }

  @Test
  void foreignDeadLetterHasNullFields() throws Exception {
    dead("not valid json {", Map.of());
    JsonNode deadLetter = inspect().jsonLines().getFirst();

    for (String unknown :
        List.of("reason", "detail", "order_id", "exchange", "routing_key", "at")) {
      assertTrue(
          deadLetter.has(unknown) && deadLetter.path(unknown).isNull(),
          unknown + ": " + deadLetter);
    }
    assertEquals(0, deadLetter.path("replays").intValue());
    assertEquals("not valid json {", deadLetter.path("body").stringValue());
    assertEquals(0, deadLetter.path("headers").size());
  }

  @Test
  void deadLetterOfTheBrokerIsExplainedByXDeath() throws Exception {
    Instant at = Instant.parse("2026-01-02T03:04:05Z");
    dead(
        "{}",
        Map.of(
            "x-death",
            List.of(
                Map.of(
                    "reason",
                    "rejected",
                    "exchange",
                    "order_events",
                    "queue",
                    "order_placed",
                    "routing-keys",
                    List.of("order.placed"),
                    "time",
                    Date.from(at),
                    "count",
                    3L))));
    JsonNode deadLetter = inspect().jsonLines().getFirst();

    assertEquals("rejected", deadLetter.path("reason").stringValue());
    assertEquals("order_events", deadLetter.path("exchange").stringValue());
    assertEquals("order.placed", deadLetter.path("routing_key").stringValue());
    assertEquals("2026-01-02T03:04:05Z", deadLetter.path("at").stringValue());
    JsonNode death = deadLetter.path("headers").path("x-death").path(0);
    assertEquals(3, death.path("count").intValue());
    assertEquals("2026-01-02T03:04:05Z", death.path("time").stringValue());
  }

  @Test
  void binaryBodyIsShownAsBase64() throws Exception {
    dead(NO_TEXT, Map.of("blob", NO_TEXT));
    JsonNode deadLetter = inspect().jsonLines().getFirst();

    assertEquals("base64", deadLetter.path("body_encoding").stringValue());
    assertArrayEquals(NO_TEXT, Base64.getDecoder().decode(deadLetter.path("body").stringValue()));
    assertArrayEquals(
        NO_TEXT, Base64.getDecoder().decode(deadLetter.path("headers").path("blob").stringValue()));
  }

  @Test
  void browsingChangesNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      dead("message " + i, Map.of());
    }
    List<String> first = bodies(inspect());
    List<String> limited = bodies(inspect("--limit", "5"));
    List<String> second = bodies(inspect());

    assertEquals(20, first.size());
    assertEquals(first, second);
    assertEquals(first.subList(0, 5), limited);
    assertEquals(20, channel.messageCount(QUEUE));
    assertEquals(
        "message 0", new String(channel.basicGet(QUEUE, true).getBody(), StandardCharsets.UTF_8));
  }

  @Test
  void emptyQueueIsAnEmptyList() {
    Cli.Result json = cli().run("dlq-inspect", "-o", "json");
    Cli.Result table = cli().run("dlq-inspect");

    assertEquals(0, json.exit());
    assertTrue(json.json().isArray() && json.json().isEmpty(), json.out());
    assertTrue(table.out().contains("0 dead letters"), table.out());
  }

  @Test
  void heldMessagesAreNotReportedAsNone() throws Exception {
    dead("{\"order_id\":\"ord-7\"}", Map.of());
    long held = channel.basicGet(QUEUE, false).getEnvelope().getDeliveryTag();
    Cli.Result result = cli().run("dlq-inspect");
    channel.basicReject(held, true);

    assertTrue(result.out().contains(QUEUE + ": 0 dead letters visible"), result.out());
  }

  @Test
  void tableShowsReasonAndOrder() throws Exception {
    dead("{\"order_id\":\"ord-7\"}", Map.of("x-orderflow-reason", "invalid"));
    Cli.Result result = cli().run("dlq-inspect");

    assertEquals(0, result.exit());
    assertTrue(result.out().contains("order_placed_dlq: 1 dead letter\n"), result.out());
    assertTrue(result.out().contains("invalid"), result.out());
    assertTrue(result.out().contains("ord-7"), result.out());
  }

  @Test
  void unknownOriginIsShownAsUnknown() throws Exception {
    dead("x", Map.of());

    assertTrue(cli().run("dlq-inspect").out().contains("unknown; a replay goes to order_placed\n"));
  }

  @Test
  void verboseShowsPropertiesAndHeaders() throws Exception {
    channel.basicPublish(
        "",
        QUEUE,
        new BasicProperties.Builder()
            .messageId("m-1")
            .correlationId("c-1")
            .type("order.placed")
            .contentType("text/plain")
            .expiration("600000")
            .headers(Map.of("colour", "red", "number", 7))
            .build(),
        "x".getBytes(StandardCharsets.UTF_8));
    channel.waitForConfirmsOrDie(5_000);
    List<String> lines = cli().run("dlq-inspect", "-v").out().lines().map(String::strip).toList();

    assertTrue(
        lines.containsAll(
            List.of(
                "message_id: m-1",
                "correlation_id: c-1",
                "type: order.placed",
                "content_type: text/plain",
                "expiration: 600000",
                "header colour: red",
                "header number: 7")),
        lines.toString());
    assertFalse(cli().run("dlq-inspect").out().contains("m-1"));
  }

  @Test
  void unknownReasonIsSelectedAndGrouped() throws Exception {
    dead("none", Map.of());
    dead("one", Map.of("x-orderflow-reason", "invalid"));

    assertEquals(List.of("none"), bodies(inspect("--reason", "unknown")));
    assertEquals(1, inspect("--group", "--reason", "unknown").jsonLines().size());
  }

  @Test
  void groupsFitEightyColumns() throws Exception {
    for (int n = 0; n < 7; n++) {
      dead(
          "x",
          Map.of(
              "x-orderflow-reason", "reason_" + n,
              "x-orderflow-detail", "the body is not strict JSON (line 1, column 1)",
              "x-orderflow-at", "2026-01-02T03:04:05.678Z"));
    }
    List<String> lines = cli().onTerminal(80).run("dlq-inspect", "--group").out().lines().toList();

    assertEquals(8, lines.size(), lines.toString());
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines.toString());
    assertTrue(
        lines.get(1).matches("reason_0 +1 +[0-9]+ days ago +[0-9]+ days ago +the body is .*"),
        lines.get(1));
    assertEquals(
        "2026-01-02T03:04:05.678Z",
        inspect("--group").jsonLines().getFirst().path("oldest").stringValue());
  }

  @ParameterizedTest
  @ValueSource(ints = {66, 67, 68, 300_000})
  void bodyIsCutToTheScreenUnlessVerbose(int length) throws Exception {
    dead("x".repeat(length), Map.of());
    String brief = cli().run("dlq-inspect").out();

    assertTrue(brief.lines().allMatch(line -> line.length() <= 80), brief);
    assertEquals(length <= 67, brief.contains("x".repeat(length)), brief);
    assertTrue(cli().run("dlq-inspect", "-v").out().contains("x".repeat(length)));
  }

  /** Headers and bodies may contain terminal control characters from any publisher. */
  @Test
  void controlCharactersOfADeadLetterAreEscaped() throws Exception {
    String hostile = "\u001b[2J\u009b31m\u202e\r\nforged";
    dead(
        hostile,
        Map.of(
            "x-orderflow-reason", hostile,
            "x-orderflow-detail", hostile,
            "x-orderflow-exchange", hostile,
            "x-orderflow-routing-key", hostile,
            "x-orderflow-at", hostile));
    for (String format : List.of("table", "json", "ndjson")) {
      String out = cli().run("dlq-inspect", "-v", "-o", format).out();

      assertTrue(out.contains("forged"), out);
      assertFalse(out.contains("\u001b"), format);
      if (format.equals("table")) {
        assertFalse(out.contains("\u009b") || out.contains("\u202e"), out);
        assertTrue(out.lines().noneMatch(line -> line.startsWith("forged")), out);
      }
    }
  }

  @Test
  void oldestAndNewestOfAGroupAreComparedAsTimes() throws Exception {
    dead("a", Map.of("x-orderflow-at", "2026-01-02T03:04:00Z"));
    dead("b", Map.of("x-orderflow-at", "2026-01-02T03:04:00.500Z"));
    JsonNode group = inspect("--group").jsonLines().getFirst();

    assertEquals("2026-01-02T03:04:00Z", group.path("oldest").stringValue());
    assertEquals("2026-01-02T03:04:00.500Z", group.path("newest").stringValue());
  }

  /**
   * A message may arrive while another is removed; one that another client held for a while is not
   * new.
   */
  @Test
  void followShowsNewMessagesOnce() throws Exception {
    dead("first", Map.of());
    dead("second", Map.of());
    var out = new StringWriter();
    Thread following =
        Thread.ofPlatform()
            .start(
                () -> cli().into(out).run("dlq-inspect", "--follow", "--limit", "1", "-o", "csv"));
    try {
      awaitIn(out, "first");
      Await.until("the first", LIMIT, () -> channel.basicGet(QUEUE, true) != null);
      dead("third", Map.of());
      awaitIn(out, "third");
      try (Channel other = connection.createChannel()) {
        Await.until("all of them", LIMIT, () -> other.basicGet(QUEUE, false) != null);
        dead("fourth", Map.of());
        awaitIn(out, "fourth");
      }
      dead("fifth", Map.of());
      awaitIn(out, "fifth");
    } finally {
      following.interrupt();
    }
    assertTrue(following.join(LIMIT), "the command ends");
    List<String> lines = out.toString().lines().toList();
    assertEquals(5, lines.size(), lines.toString());
    assertTrue(lines.getFirst().startsWith("position,"), lines.toString());
    assertFalse(out.toString().contains("second"), lines.toString());
  }

  private static void awaitIn(StringWriter out, String text) throws Exception {
    Await.until(text, LIMIT, () -> out.toString().contains(text));
  }

  @Test
  void otherQueuesWithDeadLettersAreNoted() throws Exception {
    publish("inventory_reserved_dlq", "x".getBytes(StandardCharsets.UTF_8), Map.of());

    assertTrue(cli().run("dlq-inspect").err().contains("1 in inventory_reserved_dlq"));
    assertEquals("", cli().run("dlq-inspect", "-q").err());
    assertEquals(
        1,
        cli().run("dlq-inspect", "--queue", "inventory_reserved_dlq", "-o", "json").json().size());
  }

  @Test
  void missingQueueIsReported() {
    for (String queue : List.of("nope_dlq", "x".repeat(300), "", "a\nb")) {
      Cli.Result result = cli().run("dlq-inspect", "--queue", queue);

      assertEquals(2, result.exit(), result.err());
      assertEquals("", result.out());
      assertEquals(1, result.err().lines().count(), result.err());
    }
    assertTrue(cli().run("dlq-inspect", "--queue", "nope_dlq").err().contains("order_placed_dlq"));
  }

  private static Cli.Result inspect(String... options) {
    Cli.Result result = cli().always(options).run("dlq-inspect", "-o", "ndjson");
    assertEquals(0, result.exit(), result.err());
    return result;
  }

  private static List<String> bodies(Cli.Result result) {
    return result.jsonLines().stream()
        .map(deadLetter -> deadLetter.path("body").stringValue())
        .toList();
  }

  static void dead(String body, Map<String, Object> headers) throws Exception {
    dead(body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private static void dead(byte[] body, Map<String, Object> headers) throws Exception {
    publish(QUEUE, body, headers);
  }

  private static void publish(String queue, byte[] body, Map<String, Object> headers)
      throws Exception {
    channel.basicPublish("", queue, new BasicProperties.Builder().headers(headers).build(), body);
    channel.waitForConfirmsOrDie(5_000);
  }
}
