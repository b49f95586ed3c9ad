package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import orderflow.messaging.DeadLetter.Reason;
import org.junit.jupiter.api.Test;

/**
 * Dead letter and replay keep a message byte for byte, for each kind of broker; the dead letter
 * records what cannot be kept.
 */
public abstract class DeadLetterBytesContract {
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final String DEAD_LETTERS = "order_placed_dlq";

  /** A broker with nothing declared yet. */
  protected abstract URI freshUri() throws Exception;

  @Test
  void deadLetterAndReplayKeepEveryTypeByteForByte() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = MessagingContract.broker(uri);
    broker.declareTopology();
    for (EncodedProperties properties : EncodedProperties.all()) {
      if (!isTaken(uri, properties.amqp())) {
        assertEquals("not a number", properties.name());
        continue;
      }
      Delivery original = take(broker, Topology.ORDER_PLACED);
      byte[] arrived = EncodedProperties.fieldsOf(original.properties());
      if (!encodesAgain(uri)) {
        assertArrayEquals(properties.fields(), arrived, "arrived");
      }
      Message deadLetter = DeadLetter.of(original, Reason.MALFORMED, "no JSON", "id", NOW);
      Delivery dead = move(broker, deadLetter, DEAD_LETTERS);
      assertArrayEquals(
          inOrderOf(uri, deadLetter.properties()),
          EncodedProperties.fieldsOf(dead.properties()),
          "dead");
      Message replayed = DeadLetter.replay(dead);
      assertEquals(DeadLetter.REPLAYS, replayed.properties().entries().getLast().name());
      Delivery replay = move(broker, replayed, Topology.ORDER_PLACED);
      List<HeaderEntry> headers = new ArrayList<>(replay.properties().entries());
      assertTrue(headers.removeIf(header -> header.name().equals(DeadLetter.REPLAYS)));
      assertArrayEquals(
          arrived,
          EncodedProperties.fieldsOf(replay.properties().withEntries(headers)),
          properties.name());
    }
  }

  @Test
  void timestampOutOfRangeIsShownAsNumber() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = MessagingContract.broker(uri);
    broker.declareTopology();
    for (EncodedProperties properties : EncodedProperties.all()) {
      if (!isTaken(uri, properties.amqp())) {
        assertEquals("not a number", properties.name());
        continue;
      }
      Delivery original = take(broker, Topology.ORDER_PLACED);
      if (properties.name().equals("every type")) {
        assertEquals(
            EncodedProperties.NANOSECONDS, original.properties().headers().get("nanoseconds"));
      } else if (properties.name().equals("every property")) {
        assertEquals(
            String.valueOf(EncodedProperties.NANOSECONDS),
            original.properties().named().get("timestamp"));
      }
    }
  }

  @Test
  void droppedHeaderIsRecordedThroughReplayAndNextDeadLetter() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = MessagingContract.broker(uri);
    broker.declareTopology();
    byte[] huge = new byte[frameMax(uri) - 172];
    Arrays.fill(huge, (byte) 'x');
    var properties = new BasicProperties.Builder().headers(Map.of("huge", huge)).build();
    assertTrue(isTaken(uri, properties));
    Delivery message = take(broker, Topology.ORDER_PLACED);
    String record =
        "huge (type x, %d bytes, SHA-256 %s)"
            .formatted(
                huge.length,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(huge)));
    for (int death = 0; death < 2; death++) {
      Delivery deadLetter =
          move(
              broker, DeadLetter.of(message, Reason.MALFORMED, "no JSON", "id", NOW), DEAD_LETTERS);
      List<String> dropped = DroppedHeaders.in(deadLetter.properties().headers());
      assertEquals(1, dropped.size());
      assertEquals(record, dropped.getFirst());
      assertFalse(deadLetter.properties().headers().containsKey("huge"));
      message = move(broker, DeadLetter.replay(deadLetter), Topology.ORDER_PLACED);
      assertEquals(dropped, DroppedHeaders.in(message.properties().headers()), "replayed");
    }
  }

  /** Any publisher may send headers with names of ours. */
  @Test
  void publishersHeaderWithOurNameIsRenamed() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = MessagingContract.broker(uri);
    broker.declareTopology();
    String huge = "x".repeat(frameMax(uri) - 3_000);
    var spoofed =
        new BasicProperties.Builder()
            .headers(Map.of(DeadLetter.REASON, (short) 7, DroppedHeaders.NAME, huge));
    assertTrue(isTaken(uri, spoofed.build()));
    Delivery deadLetter =
        move(
            broker,
            DeadLetter.of(
                take(broker, Topology.ORDER_PLACED), Reason.MALFORMED, "no JSON", "id", NOW),
            DEAD_LETTERS);
    Map<String, Object> headers = deadLetter.properties().headers();
    assertEquals("malformed", headers.get(DeadLetter.REASON));
    assertEquals((short) 7, headers.get("x-orderflow-original-" + DeadLetter.REASON));
    assertEquals(huge, headers.get("x-orderflow-original-" + DroppedHeaders.NAME));
    assertEquals(List.of(), DroppedHeaders.in(headers));
  }

  /**
   * RabbitMQ decodes and encodes headers since 4.0 before anyone sees them: sorts them by name, and
   * makes each true the same byte.
   */
  private static boolean encodesAgain(URI uri) throws Exception {
    Connection connection = MessagingContract.connect(uri);
    connection.abort();
    return QueueProperties.brokerVersion(connection).matches("RabbitMQ [4-9].*");
  }

  private static byte[] inOrderOf(URI uri, MessageProperties properties) throws Exception {
    if (!encodesAgain(uri) || properties.entries().isEmpty()) {
      return EncodedProperties.fieldsOf(properties);
    }
    List<HeaderEntry> sorted = new ArrayList<>(properties.entries());
    sorted.sort(Comparator.comparing(HeaderEntry::name));
    return EncodedProperties.fieldsOf(properties.withEntries(sorted));
  }

  private static Delivery move(RabbitBroker broker, Message message, String queue)
      throws Exception {
    var stored =
        new Message(
            message.exchange(),
            message.routingKey(),
            MessageProperties.decode(message.properties().encode()),
            message.body());
    MessagingContract.publish(broker, List.of(stored));
    return take(broker, queue);
  }

  private static Delivery take(RabbitBroker broker, String queue) throws Exception {
    try (Subscription subscription = broker.subscribe(queue, 10)) {
      Delivery delivery = MessagingContract.take(subscription, 1).getFirst();
      subscription.ackAll(List.of(delivery));
      return delivery;
    }
  }

  private static int frameMax(URI uri) throws Exception {
    Connection connection = MessagingContract.connect(uri);
    connection.abort();
    return connection.getFrameMax();
  }

  private static boolean isTaken(URI uri, BasicProperties properties) throws Exception {
    Connection connection = MessagingContract.connect(uri);
    try {
      Channel channel = connection.createChannel();
      channel.confirmSelect();
      channel.basicPublish("order_events", "order.placed", true, properties, new byte[] {'x'});
      return channel.waitForConfirms(WAIT.toMillis());
    } catch (ShutdownSignalException e) {
      return false;
    } finally {
      connection.abort();
    }
  }
}
