package orderflow.cli.embedded;

import java.net.URI;
import orderflow.messaging.DeadLetterBytesContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** On the embedded broker. */
final class EmbeddedDeadLetterBytesTest extends DeadLetterBytesContract {
  @SuppressWarnings("NullAway.Init") // before each test
  private EmbeddedBroker broker;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.inMemory(0);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Override
  protected URI freshUri() {
    return URI.create(broker.uri());
  }
}
