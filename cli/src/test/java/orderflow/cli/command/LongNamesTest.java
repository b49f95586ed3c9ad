package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.AmqpConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Messages with a name too long for AMQP are refused, and the others are sent. */
@Timeout(30)
class LongNamesTest {
  private static final String QUEUE = "order_placed_dlq";
  private static final String LONG = "ä".repeat(150);

  private static EmbeddedBroker broker;
  private static Connection connection;
  private static Channel channel;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.inMemory(0);
    new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).declareTopology();
    connection = AmqpConnection.open(broker.uri());
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  @AfterAll
  static void stop() {
    connection.abort(3_000);
    broker.close();
  }

  @BeforeEach
  void deadLetters() throws Exception {
    channel.queuePurge(QUEUE);
    channel.queuePurge("order_placed");
    dead("exchange", Map.of("x-orderflow-exchange", LONG, "x-orderflow-routing-key", "k"));
    dead("key", Map.of("x-orderflow-exchange", "order_events", "x-orderflow-routing-key", LONG));
    dead("queue", Map.of("x-orderflow-exchange", "", "x-orderflow-routing-key", LONG));
    dead(
        "bytes",
        Map.of(
            "x-orderflow-exchange",
            "order_events",
            "x-orderflow-routing-key",
            new byte[] {(byte) 0xff}));
    dead(
        "broker",
        Map.of(
            "x-death",
            List.of(
                Map.of("exchange", LONG, "routing-keys", List.of(LONG), "reason", "rejected"))));
    dead(
        "good",
        Map.of("x-orderflow-exchange", "order_events", "x-orderflow-routing-key", "order.placed"));
  }

  private static void dead(String id, Map<String, Object> headers) throws Exception {
    String order =
        "{\"order_id\":\"" + id + "\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";
    channel.basicPublish(
        "", QUEUE, new BasicProperties.Builder().headers(headers).build(), order.getBytes(UTF_8));
    channel.waitForConfirmsOrDie(5_000);
  }

  private static Result run(String... arguments) {
    return new Cli().with("ORDERFLOW_AMQP_URI", broker.uri()).run(arguments);
  }

  @Test
  void replayRefusesLongNamesAndSendsTheRest() throws Exception {
    assertRefusedButTheGoodOne(run("dlq-replay", "-o", "json"));
    assertEquals(5, channel.messageCount(QUEUE));
  }

  @Test
  void replayFromAFileRefusesLongNames() throws Exception {
    String file = folder.resolve("dead-letters").toString();
    assertEquals(0, run("dlq-export", file).exit());
    assertRefusedButTheGoodOne(run("dlq-replay", "--from", file, "-o", "json"));
    assertEquals(6, channel.messageCount(QUEUE));
  }

  private static void assertRefusedButTheGoodOne(Result result) throws Exception {
    assertEquals(3, result.exit(), result.err());
    assertEquals(6, result.json().size());
    for (JsonNode replayed : result.json()) {
      boolean good = replayed.path("order_id").stringValue().equals("good");
      assertEquals(
          good ? "replayed" : "refused", replayed.path("result").stringValue(), result.out());
      String detail = replayed.path("detail").stringValue("");
      assertTrue(
          good
              || detail.contains("is 300 bytes long, and AMQP takes at most 255; use --to")
              || detail.contains("its routing key has bytes that are not UTF-8; use --to"),
          detail);
    }
    assertNotNull(channel.basicGet("order_placed", true));
  }

  @ParameterizedTest
  @CsvSource({"dlq-replay,--to", "dlq-replay,--queue", "dlq-inspect,--queue"})
  void tooLongQueueNameIsAUsageError(String command, String option) {
    Result result = run(command, option, LONG);
    assertEquals(2, result.exit(), result.err());
    assertTrue(
        result
            .err()
            .contains(option + ": the queue's name is 300 bytes long, and AMQP takes at most 255"),
        result.err());
  }
}
