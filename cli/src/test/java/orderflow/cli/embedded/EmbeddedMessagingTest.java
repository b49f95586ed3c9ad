package orderflow.cli.embedded;

import java.net.URI;
import orderflow.messaging.MessagingContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of messaging on the embedded broker. */
final class EmbeddedMessagingTest extends MessagingContract {
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
