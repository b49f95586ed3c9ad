package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A replay that the broker refuses in part, or that a fault ends, reports each message exactly. */
@Timeout(120)
class DlqReplayFaultsTest {
  private static final String DEAD_LETTERS = "order_placed_dlq";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private static void declareTopology(String uri) {
    new RabbitBroker(BrokerSettings.of(URI.create(uri), "test")).declareTopology();
  }

  private static String order(int n) {
    return "{\"order_id\":\"o-%d\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}"
        .formatted(n);
  }

  private static void dead(Channel channel, int from, int until) throws Exception {
    channel.confirmSelect();
    for (int n = from; n <= until; n++) {
      dead(channel, order(n), "order_events", "order.placed");
    }
    channel.waitForConfirmsOrDie(10_000);
  }

  private static void dead(Channel channel, String body, String exchange, String key)
      throws Exception {
    channel.basicPublish(
        "",
        DEAD_LETTERS,
        new BasicProperties.Builder()
            .headers(
                Map.of(
                    "x-orderflow-reason", "processing",
                    "x-orderflow-exchange", exchange,
                    "x-orderflow-routing-key", key))
            .build(),
        body.getBytes(UTF_8));
  }

  private static List<String> orders(int from, int until) {
    return IntStream.rangeClosed(from, until).mapToObj(DlqReplayFaultsTest::order).toList();
  }

  private static Map<String, Integer> count(List<JsonNode> rows) {
    Map<String, Integer> counts = new HashMap<>();
    rows.forEach(row -> counts.merge(row.path("result").stringValue(), 1, Integer::sum));
    return counts;
  }

  @Test
  @RealRabbit
  void fullQueueRefusesEachMessageAndTheRestStaysInOrder(RabbitNode rabbit) throws Exception {
    String uri = rabbit.freshUri();
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(
          "order_placed",
          true,
          false,
          false,
          Map.of("x-max-length", 3, "x-overflow", "reject-publish"));
      declareTopology(uri);
      dead(channel, 1, 10);
      Path file = folder.resolve("letters.ndjson");
      assertEquals(0, run(uri, "dlq-export", file.toString()).exit());

      Result result = run(uri, "dlq-replay");
      assertEquals(3, result.exit(), result.out() + result.err());
      assertTrue(
          result.out().contains("order_placed is full: the broker refused it"), result.out());
      assertTrue(result.out().contains("replayed 3 of 10, refused 7\n"), result.out());
      assertFalse(result.err().contains("twice"), result.err());
      assertEquals(3, channel.messageCount("order_placed"));

      Result again = run(uri, "dlq-replay", "--from", file.toString(), "-o", "ndjson");
      assertEquals(3, again.exit(), again.err());
      assertEquals(Map.of("refused", 10), count(again.jsonLines()));
      assertEquals(orders(1, 3), DeadLetterTestQueues.bodies(channel, "order_placed"));
      assertEquals(orders(4, 10), DeadLetterTestQueues.bodies(channel, DEAD_LETTERS));
    }
  }

  @Test
  @RealRabbit(control = true)
  void forbiddenPublishIsReportedForEachMessage(RabbitNode rabbit) throws Exception {
    String uri = rabbit.freshUri();
    declareTopology(uri);
    URI limited = userWhoMayPublishOutcomesOnly(rabbit, URI.create(uri));
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      dead(channel, order(1), "inventory_events", "inventory.reserved");
      dead(channel, 2, 60);
      dead(channel, order(61), "inventory_events", "inventory.reserved");
      channel.waitForConfirmsOrDie(10_000);

      Result result =
          run(limited.toString(), "dlq-replay", "--no-check", "--force", "-o", "ndjson");
      assertEquals(3, result.exit(), result.err());
      assertEquals(Map.of("replayed", 2, "failed", 59), count(result.jsonLines()));
      assertTrue(result.out().contains("order_events"), result.out());
      assertFalse(result.err().contains("twice"), result.err());
      assertEquals(orders(2, 60), DeadLetterTestQueues.bodies(channel, DEAD_LETTERS));
      assertEquals(2, channel.messageCount("inventory_reserved"));
    }
  }

  private static URI userWhoMayPublishOutcomesOnly(RabbitNode rabbit, URI uri) throws Exception {
    String host = uri.getPath().substring(1);
    rabbit.ctl("add_user", host, "secret");
    rabbit.ctl("set_permissions", "-p", host, host, "^$", "^inventory_events$", ".*");
    return new URI(
        "amqp", host + ":secret", uri.getHost(), uri.getPort(), uri.getPath(), null, null);
  }

  @Test
  void cutConnectionToTheEmbeddedBrokerIsReportedExactly() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      cutConnectionIsReportedExactly(broker.uri());
    }
  }

  @Test
  @RealRabbit
  void cutConnectionToRabbitMqIsReportedExactly(RabbitNode rabbit) throws Exception {
    cutConnectionIsReportedExactly(rabbit.freshUri());
  }

  private void cutConnectionIsReportedExactly(String uri) throws Exception {
    declareTopology(uri);
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel();
        var proxy = new FaultyBrokerProxy(uri)) {
      dead(channel, 1, 40);
      CompletableFuture<Result> replay =
          CompletableFuture.supplyAsync(
              () -> run(proxy.uri(), "dlq-replay", "--rate", "20", "-o", "ndjson"));
      Await.until("some are replayed", LIMIT, () -> channel.messageCount("order_placed") >= 5);
      proxy.withholdConfirms();
      long then = channel.messageCount("order_placed");
      Await.until(
          "one more is published", LIMIT, () -> channel.messageCount("order_placed") > then);
      proxy.cut();
      Result result = replay.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

      assertEquals(3, result.exit(), result.out() + result.err());
      List<JsonNode> rows = result.jsonLines();
      assertEquals(
          IntStream.rangeClosed(1, 40).boxed().toList(),
          rows.stream().map(row -> row.path("position").intValue()).sorted().toList(),
          result.out());
      Map<String, Integer> counts = count(rows);
      int replayed = counts.getOrDefault("replayed", 0);
      int removed = replayed + counts.getOrDefault("unremoved", 0);
      assertTrue(replayed >= 3, counts::toString);
      assertTrue(counts.getOrDefault("unknown", 0) >= 1, counts::toString);
      assertTrue(counts.getOrDefault("untouched", 0) >= 1, counts::toString);
      Await.until(
          "unacked messages are requeued",
          LIMIT,
          () -> channel.messageCount(DEAD_LETTERS) >= 40 - removed);
      List<String> back = DeadLetterTestQueues.bodies(channel, "order_placed");
      List<String> there = DeadLetterTestQueues.bodies(channel, DEAD_LETTERS);
      for (JsonNode row : rows) {
        String body = order(row.path("position").intValue());
        switch (row.path("result").stringValue()) {
          case "replayed" -> assertTrue(back.contains(body) && !there.contains(body), body);
          case "unknown" -> assertTrue(there.contains(body), body);
          case "unremoved" -> assertTrue(back.contains(body), body);
          case "untouched" -> assertTrue(!back.contains(body) && there.contains(body), body);
          default -> throw new AssertionError(row.toString());
        }
      }
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the editor here is a shell script")
  void editedMessagesStayVisibleOnTheEmbeddedBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      editedMessagesStayVisible(broker.uri());
    }
  }

  @Test
  @RealRabbit
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the editor here is a shell script")
  void editedMessagesStayVisibleOnRabbitMq(RabbitNode rabbit) throws Exception {
    editedMessagesStayVisible(rabbit.freshUri());
  }

  /**
   * RabbitMQ closes the channel of messages that are unacked for 30 minutes, and other clients do
   * not see them.
   */
  private void editedMessagesStayVisible(String uri) throws Exception {
    declareTopology(uri);
    Path opened = folder.resolve("opened");
    Path closing = folder.resolve("closing");
    Path editor = folder.resolve("editor");
    Files.writeString(
        editor,
        """
        #!/bin/sh
        touch %s
        until [ -e %s ]; do sleep 0.05; done
        sed -i s/o-/edited-/ "$1"
        """
            .formatted(opened, closing));
    Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      dead(channel, 1, 3);
      CompletableFuture<Result> replay =
          CompletableFuture.supplyAsync(() ->
              new Cli()
                  .with("ORDERFLOW_AMQP_URI", uri)
                  .with("EDITOR", editor.toString())
                  .onTerminal()
                  .run("dlq-replay", "--edit"));
      Await.until("the editor is open", LIMIT, () -> Files.exists(opened));
      Await.until("all are there", LIMIT, () -> channel.messageCount(DEAD_LETTERS) == 3);
      channel.basicGet(DEAD_LETTERS, true);
      Files.createFile(closing);
      Result result = replay.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

      assertEquals(3, result.exit(), result.out() + result.err());
      assertTrue(
          result.out().contains("#1    refused   it is gone from order_placed_dlq"), result.out());
      assertTrue(result.out().contains("replayed 2 of 3, refused 1"), result.out());
      assertEquals(
          List.of(order(2).replace("o-", "edited-"), order(3).replace("o-", "edited-")),
          DeadLetterTestQueues.bodies(channel, "order_placed"));
      assertEquals(List.of(), DeadLetterTestQueues.bodies(channel, DEAD_LETTERS));
    }
  }

  @Test
  void lostBrokerLeavesTheRestOfAFileUntouched() throws Exception {
    Path file = folder.resolve("letters.ndjson");
    EmbeddedBroker broker = EmbeddedBroker.inMemory(0);
    try {
      declareTopology(broker.uri());
      Connection connection = AmqpConnection.open(broker.uri());
      Channel channel = connection.createChannel();
      dead(channel, 1, 40);
      assertEquals(0, run(broker.uri(), "dlq-export", file.toString()).exit());
      CompletableFuture<Result> replay =
          CompletableFuture.supplyAsync(
              () -> run(broker.uri(), "dlq-replay", "--from", file.toString(), "--rate", "20"));
      Await.until("some are replayed", LIMIT, () -> channel.messageCount("order_placed") >= 5);
      broker.close();
      Result result = replay.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertEquals(3, result.exit(), result.out() + result.err());
      assertTrue(result.out().matches("(?s).*replayed [0-9]+.*, untouched [0-9]+.*"), result.out());
    } finally {
      broker.close();
    }
  }

  private static Result run(String uri, String... arguments) {
    return new Cli().with("ORDERFLOW_AMQP_URI", uri).run(arguments);
  }
}
