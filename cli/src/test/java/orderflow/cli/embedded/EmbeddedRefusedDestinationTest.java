package orderflow.cli.embedded;

import java.net.URI;
import java.util.Map;
import orderflow.badinput.RefusedDestinationContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Refused destinations on the embedded broker. */
final class EmbeddedRefusedDestinationTest extends RefusedDestinationContract {
  private final EmbeddedBroker broker = EmbeddedBroker.inMemory(0);

  @BeforeEach
  void start() throws Exception {
    connect();
  }

  @Override
  protected URI freshUri() {
    return URI.create(broker.uri());
  }

  /** With Qpid's own arguments, the broker closes the channel instead of a nack. */
  @Override
  protected Map<String, Object> full() {
    return Map.of("qpid.max_count", 1, "qpid.policy_type", "reject");
  }

  @AfterEach
  void stop() throws Exception {
    close();
    broker.close();
  }
}
