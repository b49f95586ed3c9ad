package orderflow.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on disk, and across a restart. */
final class DurableBrokerTest extends BrokerContract {
  @TempDir private static Path folder;

  @Override
  EmbeddedBroker start() {
    return EmbeddedBroker.durable(0, folder);
  }

  @Test
  void keepsConfirmedMessagesAcrossARestart(@TempDir Path data) throws Exception {
    List<String> bodies = TestClient.numbered("m", 500);
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data);
        TestClient client = TestClient.of(broker)) {
      client.declare("kept");
      client.publish("kept", bodies);
    }
    for (int restart = 0; restart < 2; restart++) {
      try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data);
          TestClient client = TestClient.of(broker)) {
        assertEquals(bodies.size(), client.depth("kept"));
      }
    }
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data);
        TestClient client = TestClient.of(broker)) {
      assertEquals(bodies, client.takeAll("kept"));
    }
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data);
        TestClient client = TestClient.of(broker)) {
      assertEquals(0, client.depth("kept"), "acked messages stay removed");
    }
  }

  @Test
  void keepsBindingsAndHeadersAcrossARestart(@TempDir Path data) throws Exception {
    BasicProperties properties =
        MessageProperties.PERSISTENT_BASIC
            .builder()
            .messageId("id-1")
            .headers(Map.of("attempt", 3))
            .build();
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data);
        TestClient client = TestClient.of(broker)) {
      client.channel.exchangeDeclare("events", BuiltinExchangeType.DIRECT, true);
      client.declare("bound");
      client.channel.queueBind("bound", "events", "key");
    }
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data);
        TestClient client = TestClient.of(broker)) {
      client.channel.confirmSelect();
      client.channel.basicPublish("events", "key", true, properties, TestClient.bytes("x"));
      client.channel.waitForConfirmsOrDie(TestClient.WAIT_MILLIS);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data);
        TestClient client = TestClient.of(broker)) {
      GetResponse got = client.take("bound");
      assertEquals("id-1", got.getProps().getMessageId());
      assertEquals(Map.of("attempt", 3), got.getProps().getHeaders());
      assertEquals("events", got.getEnvelope().getExchange());
      assertEquals("key", got.getEnvelope().getRoutingKey());
    }
  }
}
