package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.DefaultConsumer;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.io.TempDir;

/** No command reports success while another client hides messages. */
@Timeout(90)
class DlqHiddenMessagesTest {
  private static final String QUEUE = "hidden_dlq";
  private static final int MESSAGES = 2;
  private static final int NO_PREFETCH_LIMIT = 0;
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration QUICKLY = Duration.ofSeconds(8);

  private static final List<String> COMMANDS =
      List.of(
          "dlq-inspect --force",
          "dlq-inspect --group --force",
          "dlq-inspect --newest --force",
          "dlq-export --force",
          "dlq-replay --dry-run --force",
          "dlq-replay --to parked --force",
          "dlq-purge --reason unknown --dry-run --force",
          "dlq-purge --reason unknown --yes --no-export --force");

  private static void fill(Channel channel, Map<String, Object> arguments) throws Exception {
    channel.queueDeclare(QUEUE, true, false, false, arguments);
    channel.queueDeclare("parked", true, false, false, Map.of());
    channel.confirmSelect();
    for (int n = 0; n < MESSAGES; n++) {
      channel.basicPublish("", QUEUE, null, ("message " + n).getBytes(UTF_8));
    }
    channel.waitForConfirmsOrDie(10_000);
  }

  private static Consumer idleConsumer(Channel channel) {
    return new DefaultConsumer(channel);
  }

  private static void eachReports(String uri, String reason) {
    for (String command : COMMANDS) {
      long start = System.nanoTime();
      Result result =
          new Cli().with("ORDERFLOW_AMQP_URI", uri).run((command + " --queue " + QUEUE).split(" "));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      String all = command + ": " + result.out() + result.err();
      assertEquals(3, result.exit(), all);
      assertTrue(result.err().contains(reason), all);
      assertTrue(took.compareTo(QUICKLY) < 0, command + " took " + took);
    }
  }

  /** {@link #eachReports} while a consumer holds one message or all. */
  private static void eachReportsBesideAConsumer(
      String uri, Map<String, Object> arguments, int prefetch, boolean exclusive, String reason)
      throws Exception {
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      fill(channel, arguments);
      channel.basicQos(prefetch);
      channel.basicConsume(QUEUE, false, "", false, exclusive, Map.of(), idleConsumer(channel));
      int visible = prefetch == NO_PREFETCH_LIMIT ? 0 : MESSAGES - prefetch;
      Await.until(visible + " visible", LIMIT, () -> channel.messageCount(QUEUE) == visible);
      eachReports(uri, reason);
    }
  }

  @Test
  @RealRabbit
  void allCommandsReportASingleActiveConsumer(RabbitNode rabbit) throws Exception {
    eachReportsBesideAConsumer(
        rabbit.freshUri(),
        Map.of("x-single-active-consumer", true),
        1,
        false,
        QUEUE + " has a single active consumer");
  }

  @Test
  @RealRabbit
  void poisonIsNotSentBehindASingleActiveConsumer(RabbitNode rabbit) throws Exception {
    String uri = rabbit.freshUri();
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(
          "order_placed_dlq", true, false, false, Map.of("x-single-active-consumer", true));
      new RabbitBroker(BrokerSettings.of(URI.create(uri), "test")).declareTopology();
      channel.basicConsume("order_placed_dlq", false, idleConsumer(channel));
      Result result = new Cli().with("ORDERFLOW_AMQP_URI", uri).run("poison", "--timeout", "1s");

      assertEquals(5, result.exit(), result.out() + result.err());
      assertTrue(result.err().contains("has a single active consumer"), result.err());
      assertEquals("", result.out());
      assertEquals(0, channel.messageCount("order_placed"));
    }
  }

  @Test
  @RealRabbit
  void allCommandsReportAStream(RabbitNode rabbit) throws Exception {
    String uri = rabbit.freshUri();
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      fill(channel, Map.of("x-queue-type", "stream"));
      eachReports(uri, QUEUE + " is a stream");
    }
  }

  @Test
  @RealRabbit
  void allCommandsReportAnExclusiveConsumerOfRabbitMq(RabbitNode rabbit) throws Exception {
    allCommandsReportAnExclusiveConsumer(rabbit.freshUri());
  }

  @Test
  void allCommandsReportAnExclusiveConsumerOfTheEmbeddedBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      allCommandsReportAnExclusiveConsumer(broker.uri());
    }
  }

  private static void allCommandsReportAnExclusiveConsumer(String uri) throws Exception {
    eachReportsBesideAConsumer(uri, Map.of(), 1, true, QUEUE + " is in exclusive use");
  }

  @Test
  @RealRabbit
  void allCommandsReportMessagesThatAConsumerOfRabbitMqHolds(RabbitNode rabbit) throws Exception {
    allCommandsReportMessagesThatAConsumerHolds(rabbit.freshUri());
  }

  @Test
  void allCommandsReportMessagesThatAConsumerOfTheEmbeddedBrokerHolds() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      allCommandsReportMessagesThatAConsumerHolds(broker.uri());
    }
  }

  private static void allCommandsReportMessagesThatAConsumerHolds(String uri) throws Exception {
    eachReportsBesideAConsumer(uri, Map.of(), NO_PREFETCH_LIMIT, false, "1 consumer of " + QUEUE);
  }

  /** As "Get messages" of the management UI does it. */
  @Test
  void allCommandsReportMessagesThatAClientWithoutAConsumerHolds(@TempDir Path folder)
      throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0);
        Connection connection = AmqpConnection.open(broker.uri());
        Channel channel = connection.createChannel()) {
      fill(channel, Map.of());
      channel.basicGet(QUEUE, false);
      String one = QUEUE + ": 1 visible, 1 held by another client that does not consume";
      for (String format : List.of("table", "json", "ndjson", "csv")) {
        reports(broker.uri(), "dlq-inspect -o " + format, one);
      }
      String file = folder.resolve("export.ndjson").toString();
      Result export = reports(broker.uri(), "dlq-export -o json " + file, one);
      assertEquals(1, export.json().path("held").intValue());
      assertEquals(1, export.json().path("exported").intValue());
      Result purge = reports(broker.uri(), "dlq-purge --dry-run -o json", one);
      assertEquals(1, purge.json().path("held").intValue());
      assertEquals(1, purge.json().path("meant").intValue());
      channel.basicGet(QUEUE, false);
      eachReports(
          broker.uri(), QUEUE + ": 0 visible, 2 held by another client that does not consume");
      reports(broker.uri(), "dlq-purge --yes --no-export", "0 visible, 2 held");
    }
  }

  /** AMQP does not show them; the management API of RabbitMQ does. */
  @Test
  @RealRabbit
  void allCommandsReportMessagesThatTheManagementApiCountsAsUnacked(RabbitNode rabbit)
      throws Exception {
    String uri = rabbit.freshUri();
    HttpServer management =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    management.createContext(
        "/api/queues/",
        exchange -> {
          byte[] counts = "{\"messages\":2,\"messages_unacknowledged\":1}".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, counts.length);
          exchange.getResponseBody().write(counts);
          exchange.close();
        });
    management.start();
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      fill(channel, Map.of());
      channel.basicGet(QUEUE, false);
      String url = "http://127.0.0.1:" + management.getAddress().getPort();
      for (String command :
          List.of(
              "dlq-inspect",
              "dlq-inspect --group",
              "dlq-inspect -o csv",
              "dlq-export",
              "dlq-purge --dry-run",
              "dlq-replay --to parked")) {
        reports(
            uri,
            command + " --management-url " + url,
            QUEUE + ": 1 visible, 1 held by another client that does not consume");
      }
    } finally {
      management.stop(0);
    }
  }

  private static Result reports(String uri, String command, String held) {
    Result result =
        new Cli().with("ORDERFLOW_AMQP_URI", uri).run((command + " --queue " + QUEUE).split(" "));
    assertEquals(3, result.exit(), command + ": " + result.out() + result.err());
    assertTrue(result.err().contains(held), command + ": " + result.err());
    return result;
  }
}
