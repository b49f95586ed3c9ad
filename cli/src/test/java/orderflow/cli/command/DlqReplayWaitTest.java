package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import orderflow.cli.Cli;
import orderflow.cli.prove.environment.EmbeddedEnvironment;
import orderflow.testing.AmqpConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The outcomes that {@code dlq-replay --wait} reports on a whole flow. */
@Timeout(60)
class DlqReplayWaitTest {
  private static EmbeddedEnvironment environment;

  @BeforeAll
  static void start() throws InterruptedException {
    environment = EmbeddedEnvironment.start(Cli.plainContext());
  }

  @AfterAll
  static void stop() {
    environment.close();
  }

  private static Cli cli() {
    return environment.cli();
  }

  /** Makes a dead letter, and patches one to be an order. */
  private static Cli patching(String orderId, int qty) {
    cli().run("dlq-purge", "--yes", "--no-export"); // of other tests
    cli().run("poison", "--kind", "negative-qty");
    return cli()
        .always("--set", "qty:=" + qty, "--set", "item_id=widget", "--set", "user_id=u1")
        .always("--set", "order_id=" + orderId, "--reason", "invalid", "--limit", "1");
  }

  @Test
  void waitFollowsAPatchedMessageToItsOutcome() {
    String id = "patched-" + System.nanoTime();
    Cli.Result result = patching(id, 1).run("dlq-replay", "--wait", "-o", "json");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals(1, result.json().size());
    assertEquals(id, result.json().get(0).path("order_id").stringValue());
    assertEquals("replayed", result.json().get(0).path("result").stringValue());
    assertEquals("reserved", result.json().get(0).path("outcome").stringValue());
    assertTrue(result.err().contains("outcomes: reserved 1"), result.err());
    String trace = cli().run("trace", id).out();
    assertTrue(trace.contains("replayed    dead letter received after 1 replay"), trace);
  }

  /** The record of the service is about the first message of the order. */
  @Test
  void messageDeadLetteredAgainIsNoSuccess() {
    String id = "again-" + System.nanoTime();
    assertEquals(0, cli().run("place", "--order-id", id, "--wait").exit());
    Cli.Result result = patching(id, 99).run("dlq-replay", "--wait", "-o", "json");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertEquals("dead_lettered", result.json().get(0).path("outcome").stringValue());
  }

  private static void dead(String body, Map<String, Object> headers) throws Exception {
    try (Connection connection = AmqpConnection.open(environment.amqpUri());
        Channel channel = connection.createChannel()) {
      channel.queueDeclare("parked", true, false, false, Map.of());
      channel.confirmSelect();
      channel.basicPublish(
          "",
          "order_placed_dlq",
          new BasicProperties.Builder().deliveryMode(2).headers(headers).build(),
          body.getBytes(UTF_8));
      channel.waitForConfirmsOrDie(5_000);
    }
  }

  /** For example a copy of a message that was replayed twice. */
  @ParameterizedTest
  @ValueSource(ints = {1, 0})
  void earlierDeadLetterIsNotTakenForAReturn(int qty) throws Exception {
    String id = "before-" + qty + "-" + System.nanoTime();
    String body =
        "{\"order_id\":\"" + id + "\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";
    dead(body, Map.of("x-orderflow-reason", "processing"));
    dead(
        body.replace("\"qty\":1", "\"qty\":" + qty),
        Map.of("x-orderflow-reason", "invalid", "x-orderflow-replays", 1));
    Cli.Result result = cli().run("dlq-replay", "--order-id", id, "--limit", "1", "--wait");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains(id + ": reserved"), result.out());
  }

  @Test
  void waitAsksTheServiceThatConsumesTheMessage() throws Exception {
    String id = "waited-" + System.nanoTime();
    dead(
        "{\"order_id\":\"" + id + "\",\"status\":\"reserved\",\"user_id\":\"u1\"}",
        Map.of("x-orderflow-reason", "invalid"));
    Cli.Result result =
        cli().run("dlq-replay", "--order-id", id, "--to", "inventory_reserved", "--wait");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains(id + ": sent"), result.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rubbish {|order_placed|no order id -> order_placed, not followed",
        "{\"order_id\":\"elsewhere\"}|parked|elsewhere -> parked, not followed",
      })
  void messageThatCannotBeFollowedIsReported(String body, String to, String line) throws Exception {
    String tag = "tag-" + System.nanoTime();
    dead(body, Map.of("x-orderflow-reason", "malformed", "tag", tag));
    Cli.Result result =
        cli().run("dlq-replay", "--header", "tag=" + tag, "--to", to, "--no-check", "--wait");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertTrue(result.out().contains(line), result.out());
    assertTrue(result.out().contains(", not followed 1"), result.out());
  }

  /** A client alone would wait 15 s. */
  @Test
  void hangingServiceEndsAtTheTimeLimit() throws Exception {
    try (var hanging = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      long start = System.nanoTime();
      String id = "hang-" + System.nanoTime();
      dead(
          "{\"order_id\":\"" + id + "\",\"status\":\"reserved\",\"user_id\":\"u1\"}",
          Map.of("x-orderflow-reason", "invalid"));
      Cli.Result result =
          cli()
              .always("--notification-url", "http://127.0.0.1:" + hanging.getLocalPort())
              .always("--order-id", id, "--to", "inventory_reserved")
              .run("dlq-replay", "--wait", "--timeout", "2s");
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertEquals(3, result.exit(), result.out() + result.err());
      assertTrue(result.out().contains("without an outcome yet 1"), result.out());
      assertTrue(result.err().contains("did not answer within the time"), result.err());
      assertTrue(took.compareTo(Duration.ofSeconds(12)) < 0, took.toString());
    }
  }

  @Test
  void replayIsReportedWhenTheServiceForItsOutcomeIsDown() throws Exception {
    String id = "deaf-" + System.nanoTime();
    dead(
        "{\"order_id\":\"" + id + "\",\"status\":\"reserved\",\"user_id\":\"u1\"}",
        Map.of("x-orderflow-reason", "invalid"));
    Cli.Result result =
        cli()
            .always("--notification-url", "http://127.0.0.1:1", "--order-id", id)
            .run("dlq-replay", "--to", "inventory_reserved", "--wait", "-o", "json");

    assertEquals(3, result.exit(), result.out() + result.err());
    assertEquals("replayed", result.json().get(0).path("result").stringValue());
    assertTrue(result.json().get(0).path("outcome").isNull(), result.out());
    assertTrue(result.err().contains("outcomes are not known"), result.err());
  }

  /** As {@code place --wait} does it. */
  @Test
  void outcomeOfAReplayComesFromEventsWhenTheInventoryServiceIsDown() {
    String id = "events-" + System.nanoTime();
    Cli.Result result =
        patching(id, 1)
            .always("--inventory-url", "http://127.0.0.1:1")
            .run("dlq-replay", "--wait", "-o", "json");

    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals("reserved", result.json().get(0).path("outcome").stringValue());
    assertTrue(result.err().contains("outcomes are taken from events"), result.err());
  }
}
