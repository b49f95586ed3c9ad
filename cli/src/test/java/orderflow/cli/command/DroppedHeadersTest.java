package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.Publisher;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import orderflow.testing.AmqpConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every command that shows a dead letter reports its dropped headers. */
@Timeout(30)
class DroppedHeadersTest {
  private static final String BODY =
      "{\"order_id\":\"a\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";

  @TempDir Path folder;

  @Test
  void inspectExportAndReplayNameDroppedHeaders() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      int size = deadLetterOfAFullFrame(broker);
      String dropped = "huge (type S, " + size + " bytes, SHA-256 ";

      Result inspected = run(broker, "dlq-inspect");
      assertTrue(inspected.out().contains("lacks    header " + dropped), inspected.out());
      JsonNode deadLetter = run(broker, "dlq-inspect", "-o", "json").json().get(0);
      assertTrue(
          deadLetter.path("dropped_headers").get(0).stringValue().startsWith(dropped),
          deadLetter.toString());

      String file = folder.resolve("dead-letters").toString();
      Result exported = run(broker, "dlq-export", file);
      assertTrue(
          exported.err().contains("1 dead letter lacks headers of the message"), exported.err());

      for (String source : List.of("queue", "file")) {
        Result replayed =
            source.equals("queue")
                ? run(broker, "dlq-replay")
                : run(broker, "dlq-replay", "--from", file);
        assertEquals(0, replayed.exit(), replayed.err());
        assertTrue(replayed.out().contains("header " + dropped), replayed.out());
      }
    }
  }

  private static Result run(EmbeddedBroker broker, String... arguments) {
    return new Cli().with("ORDERFLOW_AMQP_URI", broker.uri()).run(arguments);
  }

  /** How long the header was. */
  private static int deadLetterOfAFullFrame(EmbeddedBroker embedded) throws Exception {
    var broker = new RabbitBroker(BrokerSettings.of(URI.create(embedded.uri()), "test"));
    broker.declareTopology();
    Connection connection = AmqpConnection.open(embedded.uri());
    int size = connection.getFrameMax() - 100;
    try {
      Channel channel = connection.createChannel();
      channel.confirmSelect();
      channel.basicPublish(
          "order_events",
          "order.placed",
          new BasicProperties.Builder().headers(Map.of("huge", "x".repeat(size))).build(),
          BODY.getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(10_000);
    } finally {
      connection.abort();
    }
    try (Subscription orders = broker.subscribe("order_placed", 1);
        Publisher publisher = broker.openPublisher(Duration.ofSeconds(10))) {
      List<Delivery> batch = orders.poll(1, Duration.ofSeconds(10));
      publisher.publish(
          1, DeadLetter.of(batch.getFirst(), Reason.PROCESSING, "why", "id", Instant.EPOCH));
      assertEquals(1, publisher.confirmedIds(Duration.ofSeconds(10)).length);
      orders.ackAll(batch);
    }
    return size;
  }
}
