package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import java.time.Duration;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import orderflow.cli.Cli.Result;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code dlq-replay} on the embedded broker. */
@Timeout(30)
class DlqReplayTest extends DeadLetterTestQueues {
  @Test
  void replayPublishesSelectedMessagesAndKeepsTheRest() throws Exception {
    dead(order("a"), "processing");
    dead(order("b"), "conflict");
    dead(order("c"), "processing");
    dead(order("d"), "conflict");
    Result result = run("dlq-replay", "--reason", "processing", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals(2, result.json().size());
    assertEquals("c", result.json().get(1).path("order_id").stringValue());
    assertEquals(3, result.json().get(1).path("position").intValue());
    assertEquals("replayed", result.json().get(1).path("result").stringValue());
    assertEquals(List.of(order("a"), order("c")), bodies("order_placed"));
    assertEquals(List.of(order("b"), order("d")), bodies(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({
    "--order-id,b,b",
    "--position,2,b",
    "--position,'1,3-4',acd",
    "--limit,1,a",
    "--header,tag=two,b",
    "--reason,nothing,''"
  })
  void replaySelectsMessagesByOption(String option, String value, String sent) throws Exception {
    dead(order("a"), "processing");
    dead(order("b"), Map.of("x-orderflow-reason", "processing", "tag", "two"));
    dead(order("c"), "processing");
    dead(order("d"), "processing");
    Result result = run("dlq-replay", option, value);

    assertEquals(0, result.exit(), result.err());
    assertEquals(
        sent.chars().mapToObj(c -> order(Character.toString(c))).toList(), bodies("order_placed"));
  }

  @Test
  void replayMarksTheMessageAndRemovesOurHeaders() throws Exception {
    dead(order("a"), Map.of("x-orderflow-reason", "processing", "mine", "kept"));
    run("dlq-replay");
    GetResponse back = channel.basicGet("order_placed", true);

    assertEquals("m", back.getProps().getMessageId());
    assertEquals("1", String.valueOf(back.getProps().getHeaders().get("x-orderflow-replays")));
    assertEquals("kept", String.valueOf(back.getProps().getHeaders().get("mine")));
    assertFalse(back.getProps().getHeaders().containsKey("x-orderflow-reason"));
  }

  @Test
  void messageThatWouldBeDeadLetteredAgainIsRefusedAndStays() throws Exception {
    dead("not valid json {", "malformed");
    dead(order("a"), "processing");
    dead(order("b"), "unsupported");
    Result result = run("dlq-replay");

    assertEquals(3, result.exit());
    assertTrue(result.out().contains("would be dead-lettered again"), result.out());
    assertTrue(result.out().contains("replayed 1 of 3, refused 2"), result.out());
    assertEquals(List.of(order("a")), bodies("order_placed"));
    assertEquals(List.of("not valid json {", order("b")), bodies(QUEUE));
  }

  /** Dead letters of another program have no reason. */
  @Test
  void messageThatItsConsumerRejectsIsRefused() throws Exception {
    dead(QUEUE, order("a"), new BasicProperties.Builder().contentEncoding("gzip"));
    dead(QUEUE, order("b"), new BasicProperties.Builder().type("Something"));
    dead(QUEUE, order("c"), new BasicProperties.Builder().contentType("text/plain"));
    dead(QUEUE, order("d"), new BasicProperties.Builder().type("OrderPlaced"));
    dead(
        "inventory_reserved_dlq",
        "{\"order_id\":\"e\",\"status\":\"failed\",\"user_id\":\"u1\"}",
        new BasicProperties.Builder());
    Result result = run("dlq-replay");
    Result other = run("dlq-replay", "--queue", "inventory_reserved_dlq");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("again: the body has a content encoding"), result.out());
    assertTrue(result.out().contains("again: the type is not one"), result.out());
    assertTrue(result.out().contains("again: the content type is not JSON"), result.out());
    assertEquals(List.of(order("d")), bodies("order_placed"));
    assertEquals(3, channel.messageCount(QUEUE));
    assertEquals(3, other.exit(), other.out() + other.err());
    assertTrue(other.out().contains("again: a failed order does not belong"), other.out());
  }

  @Test
  void conflictIsRefusedUnlessPatchedOrSentElsewhere() throws Exception {
    dead(order("a"), "conflict");
    Result result = run("dlq-replay");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("on record with other content"), result.out());
    assertEquals(0, run("dlq-replay", "--to", "parked", "--dry-run").exit());
    assertEquals(0, run("dlq-replay", "--set", "order_id=b", "--dry-run").exit());
    assertEquals(0, run("dlq-replay", "--no-check").exit());
    assertEquals(List.of(order("a")), bodies("order_placed"));
  }

  @Test
  void dryRunReportsEachMessageAsJson() throws Exception {
    dead("not valid json {", "malformed");
    dead(order("a"), "processing");
    JsonNode rows = run("dlq-replay", "--dry-run", "-o", "json").json();

    assertEquals("refused", rows.get(0).path("result").stringValue());
    assertTrue(rows.get(0).path("order_id").isNull());
    assertTrue(
        rows.get(0).path("detail").stringValue().startsWith("it would be dead-lettered again: "));
    assertEquals("chosen", rows.get(1).path("result").stringValue());
    assertEquals("a", rows.get(1).path("order_id").stringValue());
    assertEquals("order_events/order.placed", rows.get(1).path("to").stringValue());
    assertTrue(rows.get(1).path("detail").isNull());
    assertTrue(rows.get(1).path("outcome").isNull());
  }

  @Test
  void patchedMessageIsReplayed() throws Exception {
    dead("{\"order_id\":\"a\",\"qty\":\"two\"}", "malformed");
    Result result =
        run("dlq-replay", "--set", "qty:=2", "--set", "item_id=widget", "--set", "user_id=u1");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals(
        List.of("{\"order_id\":\"a\",\"qty\":2,\"item_id\":\"widget\",\"user_id\":\"u1\"}"),
        bodies("order_placed"));
  }

  @Test
  void dryRunMovesNothing() throws Exception {
    dead(order("a"), "processing");
    Result result = run("dlq-replay", "--dry-run");

    assertEquals(0, result.exit());
    assertTrue(result.out().contains("a -> order_events/order.placed"), result.out());
    assertEquals(List.of(), bodies("order_placed"));
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  @Test
  void toSendsToAnotherQueue() throws Exception {
    dead("whatever {", "malformed");
    assertEquals(0, run("dlq-replay", "--to", "parked").exit());
    assertEquals(List.of("whatever {"), bodies("parked"));

    Result nowhere = run("dlq-replay", "--to", "nowhere");
    assertEquals(2, nowhere.exit());
    assertTrue(nowhere.err().contains("there is no queue nowhere"), nowhere.err());
  }

  /** A broker's own dead-lettering names its exchange in x-death; others name nothing. */
  @Test
  @SuppressWarnings("JavaUtilDate") // the AMQP client's type for timestamps
  void deadLettersOfBrokerAndOtherProgramsAreReplayed() throws Exception {
    Map<String, Object> death =
        Map.of(
            "queue", "order_placed",
            "reason", "rejected",
            "exchange", "order_events",
            "routing-keys", List.of("order.placed"),
            "time", new Date(0));
    dead(order("a"), Map.of("x-death", List.of(death)));
    dead(order("b"), Map.of());
    Result result = run("dlq-replay", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals("order_events/order.placed", result.json().get(0).path("to").stringValue());
    assertEquals("order_placed", result.json().get(1).path("to").stringValue());
    assertEquals(List.of(order("a"), order("b")), bodies("order_placed"));
  }

  @Test
  void unroutableMessageStays() throws Exception {
    dead(
        order("a"),
        Map.of("x-orderflow-exchange", "order_events", "x-orderflow-routing-key", "no.such.key"));
    Result result = run("dlq-replay");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  /** The first is not sent; the broker returns the second, and the others are not affected. */
  @Test
  void unpublishableMessageIsReportedAndOthersAreReplayed() throws Exception {
    for (int n = 1; n <= 300; n++) {
      if (n == 251) {
        dead(
            order("gone"),
            Map.of("x-orderflow-exchange", "gone", "x-orderflow-routing-key", "order.placed"));
      } else if (n == 252) {
        dead(
            order("astray"),
            Map.of(
                "x-orderflow-exchange", "order_events", "x-orderflow-routing-key", "no.such.key"));
      } else {
        dead(order("o-" + n), "processing");
      }
    }
    Result result = run("dlq-replay");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains("#251  refused   there is no exchange gone"), result.out());
    assertTrue(result.out().contains("#252  failed    no queue takes messages"), result.out());
    assertTrue(result.out().contains("replayed 298 of 300, refused 1, failed 1"), result.out());
    assertFalse(result.err().contains("sent twice"), result.err());
    assertEquals(List.of(order("gone"), order("astray")), bodies(QUEUE));
    List<String> sent = bodies("order_placed");
    assertEquals(298, sent.size());
    assertEquals(298, new HashSet<>(sent).size());
  }

  @Test
  void returnedMessageReportsNoCopiesOfOthers() throws Exception {
    dead(
        order("a"),
        Map.of("x-orderflow-exchange", "order_events", "x-orderflow-routing-key", "no.such.key"));
    dead(order("b"), "processing");

    Result result = run("dlq-replay", "-q");

    assertEquals(3, result.exit(), result.err());
    assertFalse(result.err().contains("sent twice"), result.err());
    assertEquals(List.of(order("b")), bodies("order_placed"));
  }

  /** Otherwise other clients would see an empty queue. */
  @Test
  void slowReplayLeavesWaitingMessagesInTheQueue() throws Exception {
    for (int n = 0; n < 50; n++) {
      dead(order("o-" + n), "processing");
    }
    Thread replaying = Thread.ofPlatform().start(() -> run("dlq-replay", "--rate", "1"));
    try {
      Await.until(
          "the first is sent",
          Duration.ofSeconds(20),
          () -> channel.messageCount("order_placed") > 0);

      assertTrue(channel.messageCount(QUEUE) > 10, "messages are taken long before they are sent");
    } finally {
      replaying.interrupt();
      replaying.join();
    }
  }

  @Test
  void replayWithoutATerminalPrintsProgressWithATotalAtIntervals() throws Exception {
    for (int n = 0; n < 8; n++) {
      dead(order("o-" + n), "processing");
    }
    Result result = run("dlq-replay", "--rate", "2");

    assertEquals(0, result.exit(), result.err());
    List<String> progress =
        result.err().lines().filter(line -> line.contains(" of 8   refused 0")).toList();
    assertTrue(progress.size() >= 3, result.err());
    assertTrue(progress.stream().distinct().count() == progress.size(), result.err());
  }

  private static Result edit(String editor) {
    return cli().with("EDITOR", editor).onTerminal().run("dlq-replay", "--edit");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the editor here is sed")
  void messageUnchangedInTheEditorIsLeft() throws Exception {
    dead(order("a"), "processing");
    dead(order("b"), "processing");
    Result result = edit("sed -i s/\"b\"/\"c\"/");

    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("#1    left      nothing was changed"), result.out());
    assertTrue(result.out().contains("replayed 1 of 2, left 1"), result.out());
    assertEquals(List.of(order("c")), bodies("order_placed"));
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  @Test
  void missingEditorIsTriedOnce() throws Exception {
    dead(order("a"), "processing");
    dead(order("b"), "processing");
    Result result = edit("/no/such/editor");

    assertEquals(2, result.exit(), result.out());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals(2, channel.messageCount(QUEUE));
  }

  @Test
  void editWithDryRunIsRefused() {
    assertEquals(2, run("dlq-replay", "--edit", "--dry-run").exit());
  }
}
