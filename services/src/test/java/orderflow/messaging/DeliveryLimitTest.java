package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryLimitTest {
  @ParameterizedTest
  @CsvSource({
    "RabbitMQ 3.10.8, , a policy may limit deliveries",
    "RabbitMQ 3.10.8, 5, after 5 deliveries",
    "RabbitMQ 3.10.8, -1, after 0 deliveries",
    "RabbitMQ 3.13.7, , a policy may limit deliveries",
    "RabbitMQ 4.0.5, , after 20 deliveries",
    "RabbitMQ 4.2.0, 999, after 999 deliveries",
    "RabbitMQ 10.0.0, , after 20 deliveries",
  })
  void quorumQueueWithoutLargeLimitIsARisk(String broker, Long limit, String why) {
    String risk = DeliveryLimit.risk("order_placed", quorum(limit), broker).orElseThrow();
    assertTrue(risk.startsWith("order_placed is a quorum queue"), risk);
    assertTrue(risk.contains(why), risk);
  }

  @ParameterizedTest
  @CsvSource({
    "RabbitMQ 3.10.8, 1000000",
    "RabbitMQ 4.0.5, 1000000",
    "RabbitMQ 4.0.5, 1000",
    "RabbitMQ 4.0.5, -1"
  })
  void quorumQueueWithLargeLimitIsNoRisk(String broker, Long limit) {
    assertEquals(Optional.empty(), DeliveryLimit.risk("q", quorum(limit), broker));
  }

  @Test
  void classicQueueIsNoRisk() {
    assertEquals(
        Optional.empty(), DeliveryLimit.risk("q", QueueProperties.PLAIN, "RabbitMQ 4.0.5"));
  }

  private static QueueProperties quorum(Long limit) {
    return new QueueProperties(
        true,
        true,
        false,
        limit == null
            ? Map.of("x-queue-type", "quorum")
            : Map.of("x-queue-type", "quorum", "x-delivery-limit", limit));
  }
}
