package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import orderflow.cli.Cli;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Consumers of other programs: correct ones pass, and faulty ones fail. */
@Timeout(30)
class PoisonDefectsTest {
  private static final String QUEUE = "order_placed_dlq";

  private static EmbeddedBroker broker;

  private Connection connection;
  private Channel channel;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.inMemory(0);
    new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).declareTopology();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void connect() throws Exception {
    connection = AmqpConnection.open(broker.uri());
    channel = connection.createChannel();
    channel.queuePurge(QUEUE);
  }

  @AfterEach
  void disconnect() {
    connection.abort(3_000);
  }

  @Test
  void deadLetterWithoutReasonPasses() throws Exception {
    consume((properties, body) -> deadLetter(properties, body));
    Cli.Result result = poison();

    assertEquals(0, result.exit(), result.out() + result.err());
    assertTrue(result.json().path("reason").isNull());
  }

  @Test
  void twoDeadLettersFail() throws Exception {
    consume((properties, body) -> {
      channel.txSelect();
      deadLetter(properties, body);
      deadLetter(properties, body);
      channel.txCommit();
    });
    Cli.Result result = poison();

    assertEquals(5, result.exit(), result.out() + result.err());
    assertEquals(2, result.json().path("dead_lettered").intValue());
    assertEquals("fail", result.json().path("verdict").stringValue());
  }

  @Test
  void changedBytesFail() throws Exception {
    consume((properties, _) -> deadLetter(properties, new byte[] {1}));
    Cli.Result result = poison();

    assertEquals(5, result.exit(), result.out() + result.err());
    assertEquals(1, result.json().path("dead_lettered").intValue());
  }

  @Test
  void wrongReasonFails() throws Exception {
    consume((properties, body) ->
        deadLetter(
            properties.builder().headers(Map.of("x-orderflow-reason", "too_large")).build(), body));
    Cli.Result result = poison();

    assertEquals(5, result.exit(), result.out() + result.err());
    assertEquals("too_large", result.json().path("reason").stringValue());
  }

  @Test
  void deadLetterHeldByAnotherClientIsInconclusive() throws Exception {
    consume((properties, body) -> deadLetter(properties, body));
    channel.basicConsume(QUEUE, false, new DefaultConsumer(channel));
    Cli.Result result = poison();

    assertEquals(5, result.exit(), result.out() + result.err());
    assertEquals("", result.out());
    assertTrue(result.err().contains("1 consumer of " + QUEUE), result.err());
  }

  /** A deep queue of old dead letters must not hide the new one. */
  @Test
  void deadLetterIsFoundBehindManyOthers() throws Exception {
    buryOthers(12_000);
    consume((properties, body) -> deadLetter(properties, body));
    Cli.Result result = poison();

    assertEquals(0, result.exit(), result.out() + result.err());
    assertEquals(1, result.json().path("dead_lettered").intValue());
    awaitDepth(12_001);
  }

  @Test
  void secondDeadLetterIsFoundBehindManyOthers() throws Exception {
    buryOthers(12_000);
    consume((properties, body) -> {
      channel.txSelect();
      deadLetter(properties, body);
      deadLetter(properties, body);
      channel.txCommit();
    });
    Cli.Result result = poison();

    assertEquals(5, result.exit(), result.out() + result.err());
    assertEquals(2, result.json().path("dead_lettered").intValue());
  }

  private void buryOthers(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      deadLetter(new BasicProperties.Builder().messageId("other-" + i).build(), new byte[0]);
    }
  }

  /** Browsed messages become ready again a moment later. */
  private void awaitDepth(long depth) throws Exception {
    try (Channel asking = connection.createChannel()) {
      Await.until(
          QUEUE + " has " + depth + " messages",
          Duration.ofSeconds(10),
          () -> asking.messageCount(QUEUE) == depth);
    }
  }

  private interface Consumer {
    void take(BasicProperties properties, byte[] body) throws Exception;
  }

  private void consume(Consumer consumer) throws Exception {
    channel.basicConsume(
        "order_placed",
        true,
        (_, delivery) -> {
          try {
            consumer.take(delivery.getProperties(), delivery.getBody());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        _ -> {});
  }

  private void deadLetter(BasicProperties properties, byte[] body) throws Exception {
    channel.basicPublish("", QUEUE, properties, body);
  }

  private static Cli.Result poison() {
    return new Cli()
        .with("ORDERFLOW_AMQP_URI", broker.uri())
        .run("poison", "-o", "json", "--timeout", "5s");
  }
}
