package orderflow.badinput;

import java.net.URI;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.BeforeEach;

@RealRabbit
final class RealRabbitLostTopologyTest extends LostTopologyContract {
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
