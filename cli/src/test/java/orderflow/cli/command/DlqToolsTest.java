package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.cli.Schemas;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Dead letters sent back, copied and removed: what is not meant stays, and in its order. */
@Timeout(30)
class DlqToolsTest {
  private static final String QUEUE = "order_placed_dlq";

  private static EmbeddedBroker broker;
  private static Connection connection;
  private static Channel channel;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.inMemory(0);
    new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).declareTopology();
    var factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setVirtualHost("/");
    connection = factory.newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
    channel.queueDeclare("parked", true, false, false, Map.of());
  }

  @AfterAll
  static void stop() {
    connection.abort(3_000);
    broker.close();
  }

  @BeforeEach
  void empty() throws Exception {
    for (String queue :
        List.of(QUEUE, "order_placed", "inventory_reserved", "inventory_reserved_dlq", "parked")) {
      channel.queuePurge(queue);
    }
  }

  private static Result run(String... arguments) {
    return new Cli().with("ORDERFLOW_AMQP_URI", broker.uri()).run(arguments);
  }

  private static String order(String id) {
    return "{\"order_id\":\"" + id + "\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";
  }

  private static void dead(String body, String reason) throws Exception {
    dead(
        body,
        Map.of(
            "x-orderflow-reason", reason,
            "x-orderflow-exchange", "order_events",
            "x-orderflow-routing-key", "order.placed",
            "x-orderflow-at", "2026-01-02T03:04:05.678Z"));
  }

  private static void dead(String body, Map<String, Object> headers) throws Exception {
    dead(QUEUE, body, new BasicProperties.Builder().headers(headers).messageId("m"));
  }

  private static void dead(String queue, String body, BasicProperties.Builder properties)
      throws Exception {
    channel.basicPublish("", queue, properties.build(), body.getBytes(StandardCharsets.UTF_8));
    channel.waitForConfirmsOrDie(5_000);
  }

  /** The bodies in a queue, which is empty afterwards. */
  private static List<String> bodies(String queue) throws Exception {
    List<String> bodies = new ArrayList<>();
    for (GetResponse got = channel.basicGet(queue, true);
        got != null;
        got = channel.basicGet(queue, true)) {
      bodies.add(new String(got.getBody(), StandardCharsets.UTF_8));
    }
    return bodies;
  }

  @Test
  void whatIsMeantGoesBackAndTheRestStaysInItsOrder() throws Exception {
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
  void lettersAreChosenBy(String option, String value, String sent) throws Exception {
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
  void aLetterIsMarkedAndKeepsItsNameAndLosesOurHeaders() throws Exception {
    dead(order("a"), Map.of("x-orderflow-reason", "processing", "mine", "kept"));
    run("dlq-replay");
    GetResponse back = channel.basicGet("order_placed", true);

    assertEquals("m", back.getProps().getMessageId());
    assertEquals("1", String.valueOf(back.getProps().getHeaders().get("x-orderflow-replays")));
    assertEquals("kept", String.valueOf(back.getProps().getHeaders().get("mine")));
    assertFalse(back.getProps().getHeaders().containsKey("x-orderflow-reason"));
  }

  @Test
  void whatWouldDieAgainIsRefusedAndStays() throws Exception {
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

  /** Letters that another program made tell no reason. */
  @Test
  void whatItsConsumerDoesNotTakeIsRefusedByTheConsumersOwnRules() throws Exception {
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
  void aConflictIsOneAgainUnlessItIsMendedOrGoesElsewhere() throws Exception {
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
  void whatWouldBecomeOfEachLetterIsToldToPrograms() throws Exception {
    dead("not valid json {", "malformed");
    dead(order("a"), "processing");
    JsonNode letters = run("dlq-replay", "--dry-run", "-o", "json").json();

    assertEquals("refused", letters.get(0).path("result").stringValue());
    assertTrue(letters.get(0).path("order_id").isNull());
    assertTrue(
        letters
            .get(0)
            .path("detail")
            .stringValue()
            .startsWith("it would be dead-lettered again: "));
    assertEquals("chosen", letters.get(1).path("result").stringValue());
    assertEquals("a", letters.get(1).path("order_id").stringValue());
    assertEquals("order_events/order.placed", letters.get(1).path("to").stringValue());
    assertTrue(letters.get(1).path("detail").isNull());
    assertTrue(letters.get(1).path("outcome").isNull());
  }

  @Test
  void aMendedLetterGoesBack() throws Exception {
    dead("{\"order_id\":\"a\",\"qty\":\"two\"}", "malformed");
    Result result =
        run("dlq-replay", "--set", "qty:=2", "--set", "item_id=widget", "--set", "user_id=u1");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals(
        List.of("{\"order_id\":\"a\",\"qty\":2,\"item_id\":\"widget\",\"user_id\":\"u1\"}"),
        bodies("order_placed"));
  }

  @Test
  void aDryRunMovesNothing() throws Exception {
    dead(order("a"), "processing");
    Result result = run("dlq-replay", "--dry-run");

    assertEquals(0, result.exit());
    assertTrue(result.out().contains("a -> order_events/order.placed"), result.out());
    assertEquals(List.of(), bodies("order_placed"));
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  @Test
  void anotherQueueCanBeNamed() throws Exception {
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
  void lettersThatOthersMadeGoBackToo() throws Exception {
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
  void anUnroutableLetterStays() throws Exception {
    dead(
        order("a"),
        Map.of("x-orderflow-exchange", "order_events", "x-orderflow-routing-key", "no.such.key"));
    Result result = run("dlq-replay");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  /** Nothing is sent for the one; the broker returns the other, which concerns no neighbour. */
  @Test
  void oneThatCannotBeSentIsNamedAndHoldsUpNoOther() throws Exception {
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
  void aReturnedLetterIsNotSaidToHaveMadeCopiesOfItsNeighbours() throws Exception {
    dead(
        order("a"),
        Map.of("x-orderflow-exchange", "order_events", "x-orderflow-routing-key", "no.such.key"));
    dead(order("b"), "processing");

    Result result = run("dlq-replay", "-q");

    assertEquals(3, result.exit(), result.err());
    assertFalse(result.err().contains("sent twice"), result.err());
    assertEquals(List.of(order("b")), bodies("order_placed"));
  }

  /** Else whoever looks meanwhile finds the queue empty. */
  @Test
  void aReplayThatTakesItsTimeTakesNoMoreThanItsTurn() throws Exception {
    for (int n = 0; n < 50; n++) {
      dead(order("o-" + n), "processing");
    }
    Thread replaying = Thread.ofPlatform().start(() -> run("dlq-replay", "--rate", "1"));
    try {
      Await.until(
          "the first is sent",
          Duration.ofSeconds(20),
          () -> channel.messageCount("order_placed") > 0);

      assertTrue(channel.messageCount(QUEUE) > 10, "they are in hand long before their turn");
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
    return new Cli()
        .with("ORDERFLOW_AMQP_URI", broker.uri())
        .with("EDITOR", editor)
        .onTerminal()
        .run("dlq-replay", "--edit");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the editor here is sed")
  void whatNobodyChangedInTheEditorIsLeft() throws Exception {
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
  void anEditorThatIsNotThereIsTriedOnce() throws Exception {
    dead(order("a"), "processing");
    dead(order("b"), "processing");
    Result result = edit("/no/such/editor");

    assertEquals(2, result.exit(), result.out());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals(2, channel.messageCount(QUEUE));
  }

  @Test
  void editingForShowIsRefused() {
    assertEquals(2, run("dlq-replay", "--edit", "--dry-run").exit());
  }

  @Test
  void anExportComesBackByteForByte() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    dead(order("a"), "processing");
    dead("\u0000 not json \u00e9", "malformed");
    assertEquals(0, run("dlq-export", file.toString()).exit());
    assertEquals(2, Files.readAllLines(file).size());
    Schemas.checkLines("dlq-export", Files.readString(file));
    assertEquals(Files.readString(file), run("dlq-export").out());
    assertEquals(2, channel.messageCount(QUEUE), "nothing was taken");

    Result result = run("dlq-replay", "--from", file.toString(), "--to", "parked", "--force");
    assertEquals(0, result.exit(), result.err());
    assertEquals(List.of(order("a"), "\u0000 not json \u00e9"), bodies("parked"));
    assertEquals(2, channel.messageCount(QUEUE));
  }

  /** As {@code --from <(zcat letters.ndjson.gz)} does it. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no mkfifo")
  void anExportMayComeThroughAPipe() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    Path pipe = folder.resolve("pipe");
    dead(order("a"), "processing");
    dead(order("b"), "processing");
    run("dlq-export", file.toString());
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Process writing =
        new ProcessBuilder("sh", "-c", "exec cat \"$0\" > \"$1\"", file.toString(), pipe.toString())
            .start();
    try {
      Result result = run("dlq-replay", "--from", pipe.toString());

      assertEquals(0, result.exit(), result.err());
      assertEquals("replayed 2\n", result.out());
      assertEquals(List.of(order("a"), order("b")), bodies("order_placed"));
    } finally {
      writing.destroyForcibly();
    }
  }

  @Test
  void theLettersOfAFileHaveThePositionsThatTheyHadInTheirQueue() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    for (String id : List.of("a", "b", "c", "d")) {
      dead(order(id), "processing");
    }
    run("dlq-export", "--position", "2,4", file.toString());
    List<String> lines = Files.readAllLines(file);
    Files.write(file, List.of(lines.get(1), lines.get(0)));
    Result result = run("dlq-replay", "--from", file.toString(), "--position", "2", "-o", "json");

    assertEquals(0, result.exit(), result.err());
    assertEquals(1, result.json().size());
    assertEquals(2, result.json().get(0).path("position").intValue());
    assertEquals(List.of(order("b")), bodies("order_placed"));
  }

  @Test
  void howManyAnExportHasIsTold() throws Exception {
    dead(order("a"), "processing");
    dead("{", "malformed");
    Path file = folder.resolve("letters.ndjson");
    Path other = folder.resolve("other.ndjson");

    JsonNode count =
        run("dlq-export", "--reason", "malformed", "-o", "json", file.toString()).json();

    assertEquals(1, count.path("exported").intValue());
    assertEquals(file.toString(), count.path("export").stringValue());
    assertEquals(
        "order_placed_dlq: exported 2 of 2 to %s\n".formatted(other),
        run("dlq-export", other.toString()).out());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @ParameterizedTest
  @CsvSource({"dlq-inspect --follow --group,--follow", "dlq-inspect --follow -o json,ndjson"})
  void whatCannotBeFollowedIsRefused(String command, String hint) {
    Result result = run(command.split(" ", -1));

    assertEquals(2, result.exit());
    assertTrue(result.err().contains(hint), result.err());
  }

  @Test
  void whatIsDeclaredIsToldToProgramsAndWhatIsExportedIsOfTheVirtualHost() {
    assertEquals(4, run("topology", "declare", "-o", "json").json().size());
    assertEquals(
        "other",
        new Cli()
            .run("topology", "export", "--uri", "amqp://127.0.0.1:1/other")
            .json()
            .path("queues")
            .get(0)
            .path("vhost")
            .stringValue());
    assertEquals(2, run("topology", "export", "-o", "csv").exit());
    assertEquals(
        List.of("arguments", "auto_delete", "durable", "name", "vhost"),
        List.copyOf(run("topology", "export").json().path("queues").get(0).propertyNames()),
        "the same each time");
  }

  @Test
  void aDamagedFileIsFoundBeforeAnythingIsSent() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    dead(order("a"), "processing");
    run("dlq-export", file.toString());
    Files.writeString(file, Files.readString(file) + "{\"queue\":\n");
    Result result = run("dlq-replay", "--from", file.toString());

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("line 2"), result.err());
    assertEquals(List.of(), bodies("order_placed"));
  }

  /** As {@code | head -1} does it. */
  @Test
  void anOutputThatIsClosedEarlyIsNoError() throws Exception {
    for (int n = 0; n < 50; n++) {
      dead(order("a" + n), "processing");
    }
    for (String command : List.of("dlq-export", "dlq-inspect")) {
      Result result =
          new Cli().with("ORDERFLOW_AMQP_URI", broker.uri()).closedOutput().run(command);
      assertEquals(0, result.exit(), result.err());
      assertFalse(result.err().contains("Exception"), result.err());
    }
    assertEquals(50, channel.messageCount(QUEUE));
  }

  @Test
  void anExportOverwritesNothing() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    Files.writeString(file, "mine");

    Result refused = run("dlq-export", file.toString());
    assertEquals(2, refused.exit());
    assertEquals(
        "orderflow: %s cannot be written: it exists already and is not overwritten\n"
            .formatted(file),
        refused.err());
    assertEquals("mine", Files.readString(file));
    dead("{}", "malformed");
    assertEquals(2, run("dlq-purge", "--export", file.toString()).exit(), "before it asks");
    assertEquals(2, run("dlq-export", folder.resolve("no/such").toString()).exit());
  }

  @Test
  void anExportThatCannotBeWrittenSaysSo() throws Exception {
    dead("{}", "malformed");

    Cli.Result result = run("dlq-export", folder.resolve("no/such/folder").toString());

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("cannot be written"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
  }

  /** Nobody sees what another one has in hand, so nobody knows that it was all. */
  @ParameterizedTest
  @ValueSource(strings = {"dlq-export -q", "dlq-inspect --group -q"})
  void aLookBesideAnotherIsNotTakenForWhole(String command) throws Exception {
    dead("a", "malformed");
    dead("b", "malformed");
    assertEquals(0, run(command.split(" ")).exit());
    try (Channel other = connection.createChannel()) {
      other.basicQos(1);
      other.basicConsume(QUEUE, false, (tag, delivery) -> {}, tag -> {});
      Result result = run(command.split(" "));

      assertEquals(3, result.exit());
      assertTrue(result.err().contains("1 consumer of order_placed_dlq"), result.err());
    }
  }

  @Test
  void aFileWhoseLastLineIsNotWholeIsSentWithoutIt() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    dead(order("a"), "processing");
    run("dlq-export", file.toString());
    Files.writeString(file, Files.readString(file) + "{\"queue\":");
    Result result = run("dlq-replay", "--from", file.toString());

    assertEquals(0, result.exit(), result.err());
    assertTrue(result.err().contains("line 2, the last, is incomplete"), result.err());
    assertEquals(List.of(order("a")), bodies("order_placed"));
  }

  @Test
  void aPurgeTakesWhatIsMeantAndKeepsACopy() throws Exception {
    Path file = folder.resolve("removed.ndjson");
    dead("x {", "malformed");
    dead(order("a"), "processing");
    dead("y {", "malformed");
    Result result = run("dlq-purge", "--yes", "--reason", "malformed", "--export", file.toString());

    assertEquals(0, result.exit(), result.err());
    assertEquals(2, Files.readAllLines(file).size());
    Schemas.checkLines("dlq-export", Files.readString(file));
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dlq-purge --yes --no-export", "dlq-purge --yes --force", "dlq-replay --force"})
  void eventsOnTheirWayAreNoDeadLetters(String command) throws Exception {
    channel.basicPublish("order_events", "order.placed", null, order("a").getBytes(UTF_8));
    channel.waitForConfirmsOrDie(5_000);
    Result result = run((command + " --queue order_placed").split(" "));

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("on their way"), result.err());
    assertEquals(List.of(order("a")), bodies("order_placed"));
  }

  @Test
  void aQueueThatIsInUseIsPurgedByForceOnly() throws Exception {
    try (Channel other = connection.createChannel()) {
      other.basicQos(1);
      other.basicConsume("parked", false, (tag, delivery) -> {}, tag -> {});
      Result result = run("dlq-purge", "--queue", "parked", "--yes", "--no-export");

      assertEquals(2, result.exit());
      assertTrue(result.err().contains("1 consumer; --force"), result.err());
      assertEquals(
          0, run("dlq-purge", "--queue", "parked", "--yes", "--no-export", "--force").exit());
    }
  }

  @Test
  void aPurgeTellsProgramsWhatItDid() throws Exception {
    Path file = folder.resolve("removed.ndjson");
    dead("x {", "malformed");
    dead(order("a"), "processing");
    Result dry = run("dlq-purge", "--dry-run", "-o", "json");
    Result done =
        run(
            "dlq-purge",
            "--yes",
            "--reason",
            "malformed",
            "--export",
            file.toString(),
            "-o",
            "ndjson");

    assertEquals(0, dry.exit(), dry.err());
    assertEquals(2, dry.json().path("meant").intValue());
    assertEquals(0, dry.json().path("removed").intValue());
    assertTrue(dry.json().path("export").isNull(), dry.out());
    assertEquals(1, done.json().path("meant").intValue());
    assertEquals(1, done.json().path("removed").intValue());
    assertEquals(file.toString(), done.json().path("export").stringValue());
  }

  @Test
  void aPurgeWhoseCopiesCannotBeWrittenTakesNothing() throws Exception {
    dead("x {", "malformed");
    Result result = run("dlq-purge", "--yes", "--export", folder.resolve("no/such").toString());

    assertEquals(2, result.exit());
    assertEquals(List.of("x {"), bodies(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({"y,0,0", "yes,0,0", "n,3,1", "'',3,1"})
  void aPurgeAsks(String answer, int exit, int left) throws Exception {
    dead("x {", "malformed");
    Result result =
        new Cli()
            .with("ORDERFLOW_AMQP_URI", broker.uri())
            .onTerminal()
            .typing(answer + "\n")
            .run("dlq-purge", "--no-export");

    assertEquals(exit, result.exit(), result.err());
    assertTrue(result.err().contains("Remove 1 of 1 dead letters"), result.err());
    assertEquals(left, bodies(QUEUE).size());
  }

  /** What was counted has gone, and another letter lies in its place. */
  @Test
  void aPurgeTakesOnlyWhatItHasAskedAbout() throws Exception {
    for (String body : List.of("a", "b", "c", "d", "c")) {
      dead(body, "malformed");
    }
    Result result =
        new Cli()
            .with("ORDERFLOW_AMQP_URI", broker.uri())
            .onTerminal()
            .typing("y\n")
            .meanwhile(DlqToolsTest::takeTheFirst)
            .run("dlq-purge", "--no-export", "--position", "1,4");

    assertEquals(3, result.exit(), result.err());
    assertTrue(result.out().contains("removed 0"), result.out());
    assertTrue(result.err().contains("2 of the 2 that were counted"), result.err());
    assertEquals(List.of("b", "c", "d", "c"), bodies(QUEUE));
  }

  private static void takeTheFirst() {
    try {
      channel.basicGet(QUEUE, true);
      channel.queueDeclarePassive(QUEUE); // behind the get, in the same order
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aPurgeByPositionTakesWhatLiesThere() throws Exception {
    for (String body : List.of("a", "b", "b")) {
      dead(body, "malformed");
    }
    Result result = run("dlq-purge", "--yes", "--no-export", "--position", "1,3");

    assertEquals(0, result.exit(), result.err());
    assertEquals(List.of("b"), bodies(QUEUE));
  }

  @Test
  void aPurgeWithNobodyToAskTakesNothing() throws Exception {
    dead("x {", "malformed");
    Result result = run("dlq-purge");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--yes"), result.err());
    assertEquals(List.of("x {"), bodies(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({"1,1 time", "2,2 times"})
  void howOftenALetterWasReplayedIsSaid(int replays, String often) throws Exception {
    dead(order("a"), Map.of("x-orderflow-replays", replays));

    String line =
        run("dlq-inspect").out().lines().filter(l -> l.contains("replayed")).toList().get(0);
    assertTrue(line.endsWith(often), line);
  }

  @Test
  void lettersAreGroupedByTheirReason() throws Exception {
    dead("x {", "malformed");
    dead(order("a"), "conflict");
    dead("y {", "malformed");
    Result result = run("dlq-inspect", "--group", "-o", "json");

    assertEquals("malformed", result.json().get(0).path("reason").stringValue());
    assertEquals(2, result.json().get(0).path("count").intValue());
    assertEquals(1, result.json().get(0).path("first_position").intValue());
    assertEquals("conflict", result.json().get(1).path("reason").stringValue());
    assertEquals(3, channel.messageCount(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({
    "--position,0",
    "--position,5-3",
    "--position,x",
    "--since,yesterday",
    "--header,noequals",
    "--limit,-1",
    "--rate,0"
  })
  void whatCannotBeMeantIsRefused(String option, String value) throws Exception {
    dead(order("a"), "processing");
    Result result = run("dlq-replay", option, value);

    assertEquals(2, result.exit(), result.out());
    assertTrue(result.err().contains(value), result.err());
    assertEquals(List.of(order("a")), bodies(QUEUE));
  }

  @ParameterizedTest
  @CsvSource({"2026-01-02T03:04:05Z,1", "2026-01-02T03:04:06Z,0", "1s,0"})
  void lettersAreChosenByTheirTime(String since, int shown) throws Exception {
    dead(order("a"), "processing");

    assertEquals(shown, run("dlq-inspect", "--since", since, "-o", "json").json().size());
  }
}
