package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
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

/** An embedded broker with empty queues, for tests of commands for dead letters. */
abstract class DeadLetterTestQueues {
  static final String QUEUE = "order_placed_dlq";

  static EmbeddedBroker broker;
  static Connection connection;
  static Channel channel;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.inMemory(0);
    new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).declareTopology();
    connection = AmqpConnection.open(broker.uri());
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

  static Cli cli() {
    return new Cli().with("ORDERFLOW_AMQP_URI", broker.uri());
  }

  static Result run(String... arguments) {
    return cli().run(arguments);
  }

  static String order(String id) {
    return "{\"order_id\":\"%s\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}"
        .formatted(id);
  }

  /** With the origin and time that our services write. */
  static void dead(String body, String reason) throws Exception {
    dead(
        body,
        Map.of(
            "x-orderflow-reason", reason,
            "x-orderflow-exchange", "order_events",
            "x-orderflow-routing-key", "order.placed",
            "x-orderflow-at", "2026-01-02T03:04:05.678Z"));
  }

  /**
   * For processing.
   *
   * @param headers names, without their prefix, and values
   */
  static void dead(String body, String... headers) throws Exception {
    Map<String, Object> all = new HashMap<>(Map.of("x-orderflow-reason", "processing"));
    for (int n = 0; n < headers.length; n += 2) {
      all.put("x-orderflow-" + headers[n], headers[n + 1]);
    }
    dead(QUEUE, body, new BasicProperties.Builder().headers(all));
  }

  static void dead(String body, Map<String, Object> headers) throws Exception {
    dead(QUEUE, body, new BasicProperties.Builder().headers(headers).messageId("m"));
  }

  static void dead(String queue, String body, BasicProperties.Builder properties) throws Exception {
    channel.basicPublish("", queue, properties.build(), body.getBytes(UTF_8));
    channel.waitForConfirmsOrDie(5_000);
  }

  /** The bodies in a queue, which is empty afterwards. */
  static List<String> bodies(String queue) throws Exception {
    return bodies(channel, queue);
  }

  /** The bodies in a queue, which is empty afterwards. */
  static List<String> bodies(Channel channel, String queue) throws Exception {
    List<String> bodies = new ArrayList<>();
    for (GetResponse got = channel.basicGet(queue, true);
        got != null;
        got = channel.basicGet(queue, true)) {
      bodies.add(new String(got.getBody(), UTF_8));
    }
    return bodies;
  }
}
