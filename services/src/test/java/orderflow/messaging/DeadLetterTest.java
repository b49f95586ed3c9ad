package orderflow.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.testing.Amqp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** Its dead letter is removed after the confirm: a replay that expires in a backlog is lost. */
  @Test
  void replayHasNoExpirationButRecordsIt() {
    Message replay = replayed(builder().expiration("60000"));
    assertNull(Amqp.basic(replay.properties()).getExpiration());
    assertEquals("60000", kept(replay, "expiration"));
  }

  /** RabbitMQ closes the channel for an expiration that is not a number. */
  @Test
  void replayIgnoresForgedHeaders() {
    Message replay =
        replayed(
            headers(
                Map.of(
                    "x-orderflow-original-expiration",
                    "abc",
                    "x-orderflow-original-user-id",
                    "root",
                    "x-orderflow-exchange",
                    "elsewhere",
                    "x-orderflow-routing-key",
                    "elsewhere")));
    assertNull(Amqp.basic(replay.properties()).getExpiration());
    assertNull(Amqp.basic(replay.properties()).getUserId());
    assertEquals("order_events", replay.exchange());
    assertEquals("order.placed", replay.routingKey());
  }

  @Test
  void recordedPropertiesAreKeptThroughReplayAndNextDeadLetter() {
    BasicProperties.Builder transientForAnotherUser =
        headers(Map.of("CC", "copy", "BCC", "blind", "tenant", "acme"))
            .expiration("60000")
            .userId("guest")
            .deliveryMode(1);
    Message first = deadLetter(transientForAnotherUser);
    Message replay = DeadLetter.replay(inDeadLetterQueue(first));
    Message second = DeadLetter.of(arrived(replay), Reason.INVALID, "why", "id-2", NOW);
    for (Message message : List.of(first, replay, second)) {
      BasicProperties properties = Amqp.basic(message.properties());
      assertNull(properties.getExpiration());
      assertNull(properties.getUserId());
      assertEquals(2, properties.getDeliveryMode());
      assertNull(message.properties().header("CC"));
      assertNull(message.properties().header("BCC"));
      assertEquals("acme", message.properties().header("tenant"));
      assertEquals("60000", kept(message, "expiration"));
      assertEquals("guest", kept(message, "user-id"));
      assertEquals("1", kept(message, "delivery-mode"));
      assertEquals("copy", kept(message, "CC"));
      assertEquals("blind", kept(message, "BCC"));
    }
  }

  @Test
  void replaysAreCountedAcrossDeadLettersWithTheirOwnIds() {
    Message message = deadLetter(builder());
    for (int replays = 1; replays <= 3; replays++) {
      Message replay = DeadLetter.replay(inDeadLetterQueue(message));
      assertEquals(String.valueOf(replays), replay.properties().header(DeadLetter.REPLAYS));
      assertNull(replay.properties().header(DeadLetter.ID));
      message = DeadLetter.of(arrived(replay), Reason.INVALID, "why", "id-" + replays, NOW);
      assertEquals("id-" + replays, message.properties().header(DeadLetter.ID));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void forgedRecordDoesNotReplaceTheRealOne(boolean forgedFirst) {
    Map<String, Object> headers = new LinkedHashMap<>();
    if (forgedFirst) {
      headers.put("x-orderflow-original-CC", "forged");
    }
    headers.put("CC", "real");
    headers.putIfAbsent("x-orderflow-original-CC", "forged");
    assertEquals("real", kept(deadLetter(headers(headers)), "CC"));
  }

  /** From a broker's dead-letter policy, or moved by hand. */
  @Test
  void foreignDeadLetterIsReplayedWithTheSameProtection() {
    BasicProperties.Builder foreign =
        headers(Map.of("CC", "copy", "x-death", List.of()))
            .expiration("1")
            .userId("alice")
            .deliveryMode(1);
    Message replay =
        DeadLetter.replay(delivery("order_placed_dlq", "", "order_placed_dlq", foreign));
    assertEquals("", replay.exchange());
    assertEquals(Topology.ORDER_PLACED, replay.routingKey());
    BasicProperties properties = Amqp.basic(replay.properties());
    assertNull(properties.getExpiration());
    assertNull(properties.getUserId());
    assertEquals(2, properties.getDeliveryMode(), "its dead letter is removed after the confirm");
    assertNull(replay.properties().header("CC"));
    assertNull(replay.properties().header("x-death"));
  }

  private static Message replayed(BasicProperties.Builder properties) {
    return DeadLetter.replay(inDeadLetterQueue(deadLetter(properties)));
  }

  private static Message deadLetter(BasicProperties.Builder properties) {
    return DeadLetter.of(
        delivery(Topology.ORDER_PLACED, "order_events", "order.placed", properties),
        Reason.MALFORMED,
        "no JSON",
        "id",
        NOW);
  }

  private static Delivery inDeadLetterQueue(Message deadLetter) {
    return delivery(
        deadLetter.routingKey(),
        deadLetter.exchange(),
        deadLetter.routingKey(),
        Amqp.basic(deadLetter.properties()).builder());
  }

  private static Delivery arrived(Message message) {
    return delivery(
        Topology.ORDER_PLACED,
        message.exchange(),
        message.routingKey(),
        Amqp.basic(message.properties()).builder());
  }

  private static Delivery delivery(
      String queue, String exchange, String routingKey, BasicProperties.Builder properties) {
    return new Delivery(
        1, false, queue, exchange, routingKey, Amqp.properties(properties), "x".getBytes(UTF_8));
  }

  private static String kept(Message message, String what) {
    return String.valueOf(message.properties().header("x-orderflow-original-" + what));
  }

  private static BasicProperties.Builder headers(Map<String, Object> headers) {
    return builder().headers(headers);
  }

  private static BasicProperties.Builder builder() {
    return new BasicProperties.Builder();
  }
}
