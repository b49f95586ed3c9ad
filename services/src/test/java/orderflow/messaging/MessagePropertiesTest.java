package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.testing.Amqp;
import org.junit.jupiter.api.Test;

class MessagePropertiesTest {
  private static final int FRAME_MAX = 131_072;
  private static final int FRAME_OVERHEAD = 8;

  /** Otherwise the message could never be published, and would block all later ones. */
  @Test
  void headersWithLongNamesAndNoValuesFitIntoAFrame() {
    String longest = "x".repeat(255);
    Map<String, Object> headers = new LinkedHashMap<>();
    for (int i = 0; i < 494; i++) {
      headers.put("%03d".formatted(i) + longest.substring(3), "");
    }
    BasicProperties.Builder full =
        new BasicProperties.Builder()
            .headers(headers)
            .contentType(longest)
            .contentEncoding(longest)
            .correlationId(longest)
            .replyTo(longest)
            .messageId(longest)
            .type(longest)
            .appId(longest)
            .clusterId(longest);
    int room = FRAME_MAX - FRAME_OVERHEAD;
    assertTrue(Amqp.properties(full).encode().length <= room, "it could not have come");
    var delivery =
        new Delivery(
            1,
            false,
            Topology.ORDER_PLACED,
            "order_events",
            "order.placed",
            Amqp.properties(full),
            new byte[] {'x'});
    Message deadLetter = DeadLetter.of(delivery, Reason.MALFORMED, "no JSON", "id", Instant.EPOCH);
    MessageProperties fitting = deadLetter.properties().fittingInto(FRAME_MAX);
    assertTrue(fitting.encode().length <= room, fitting.encode().length + " bytes");
    assertNotNull(fitting.header("x-orderflow-dropped-headers"));
    List<String> dropped = DroppedHeaders.in(fitting.headers());
    assertEquals(11, dropped.size(), "ten by name, and the others");
    assertTrue(dropped.getLast().contains(" smaller headers ("), dropped.getLast());
  }
}
