package orderflow.cli.prove.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.AmqpConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** verify removes its own dead letters from a shared flow, and no others. */
class DeadLetterRemoverTest {
  private static final String QUEUE = "order_placed_dlq";
  private static final PoisonKind KIND = PoisonKind.EMPTY;

  @Test
  void ownPoisonIsRemovedByIdOrBytesAndOthersKeepTheirOrder() throws Exception {
    try (EmbeddedBroker server = EmbeddedBroker.inMemory(0)) {
      var broker = new RabbitBroker(BrokerSettings.of(URI.create(server.uri()), "test"));
      broker.declareTopology();
      List<String> left = new ArrayList<>();
      try (Connection connection = AmqpConnection.open(server.uri());
          Channel channel = connection.createChannel()) {
        channel.confirmSelect();
        dead(channel, "other-1", new byte[] {1});
        dead(channel, "run-a", KIND.body());
        dead(channel, "another run's", KIND.body());
        dead(channel, null, KIND.body()); // a foreign consumer kept no id
        dead(channel, null, KIND.body());
        dead(channel, null, KIND.body());
        channel.waitForConfirmsOrDie(5_000);

        int removed = DeadLetterRemover.remove(broker, QUEUE, Map.of("run-a", KIND, "run-b", KIND));

        assertEquals(2, removed);
        for (var message = channel.basicGet(QUEUE, true);
            message != null;
            message = channel.basicGet(QUEUE, true)) {
          left.add(String.valueOf(message.getProps().getMessageId()));
        }
      }
      assertEquals(List.of("other-1", "another run's", "null", "null"), left);
      assertEquals(0, DeadLetterRemover.remove(broker, QUEUE, Map.of("run-a", KIND)));
    }
  }

  private static void dead(Channel channel, @Nullable String messageId, byte[] body)
      throws Exception {
    channel.basicPublish(
        "", QUEUE, new BasicProperties.Builder().messageId(messageId).build(), body);
  }
}
