package orderflow.badinput;

import java.net.URI;
import java.util.Map;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refused destinations on a real RabbitMQ. */
@RealRabbit
final class RealRabbitRefusedDestinationTest extends RefusedDestinationContract {
  @SuppressWarnings("NullAway.Init") // before each test
  private RabbitNode rabbit;

  @BeforeEach
  void take(RabbitNode node) throws Exception {
    rabbit = node;
    connect();
  }

  @Override
  protected URI freshUri() throws Exception {
    return URI.create(rabbit.freshUri());
  }

  @Override
  protected Map<String, Object> full() {
    return Map.of("x-max-length", 1, "x-overflow", "reject-publish");
  }

  @Test
  void transientDeadLetterQueueStopsOnlyDeadLetters() throws Exception {
    transientQueueStopsOnlyItsOwnMessages();
  }
}
