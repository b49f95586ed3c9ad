package orderflow.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.Map;
import orderflow.testing.Amqp;
import org.junit.jupiter.api.Test;

/** A false match would lose a poison message; a missed match would duplicate it. */
class FingerprintTest {
  private static final String USUAL = print("order_events", "order.placed", properties("m"), "x");

  @Test
  void differentPartsGiveDifferentFingerprints() {
    assertNotEquals(USUAL, print("other", "order.placed", properties("m"), "x"), "exchange");
    assertNotEquals(USUAL, print("order_events", "other", properties("m"), "x"), "routing key");
    assertNotEquals(
        USUAL, print("order_events", "order.placed", properties("n"), "x"), "message id");
    assertNotEquals(USUAL, print("order_events", "order.placed", properties("m"), "y"), "body");
    assertNotEquals(
        USUAL,
        print(
            "order_events",
            "order.placed",
            properties("m").headers(Map.of(DeadLetter.REPLAYS, 1)),
            "x"),
        "replays");
  }

  @Test
  void redeliveryHasTheSameFingerprint() {
    BasicProperties.Builder again = properties("m").headers(Map.of("x-delivery-count", 3L));
    assertEquals(USUAL, print("order_events", "order.placed", again, "x"));
    assertEquals(
        USUAL, Fingerprint.ofRedelivery(delivery(7, true, "order_events", "order.placed", "x")));
  }

  @Test
  void partsSplitDifferentlyGiveDifferentFingerprints() {
    assertNotEquals(print("", "a", properties("bc"), "x"), print("", "ab", properties("c"), "x"));
    assertNotEquals(print("a", "b", properties("m"), "x"), print("ab", "", properties("m"), "x"));
  }

  private static BasicProperties.Builder properties(String messageId) {
    return new BasicProperties.Builder().messageId(messageId);
  }

  private static String print(
      String exchange, String key, BasicProperties.Builder properties, String body) {
    return Fingerprint.ofRedelivery(
        new Delivery(
            1,
            false,
            Topology.ORDER_PLACED,
            exchange,
            key,
            Amqp.properties(properties),
            body.getBytes(UTF_8)));
  }

  private static Delivery delivery(
      long tag, boolean redelivered, String exchange, String key, String body) {
    return new Delivery(
        tag,
        redelivered,
        Topology.ORDER_PLACED,
        exchange,
        key,
        Amqp.properties(properties("m")),
        body.getBytes(UTF_8));
  }
}
