package orderflow.messaging;

import java.net.URI;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** On a real RabbitMQ. */
@RealRabbit
@TestInstance(Lifecycle.PER_METHOD)
final class RealRabbitDeadLetterBytesTest extends DeadLetterBytesContract {
  @SuppressWarnings("NullAway.Init") // before each test
  private RabbitNode rabbit;

  @BeforeEach
  void take(RabbitNode node) {
    rabbit = node;
  }

  @Override
  protected URI freshUri() throws Exception {
    return URI.create(rabbit.freshUri());
  }
}
