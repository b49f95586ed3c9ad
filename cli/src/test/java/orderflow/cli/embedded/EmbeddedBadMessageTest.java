package orderflow.cli.embedded;

import java.net.URI;
import java.nio.file.Path;
import orderflow.badinput.BadMessageContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The AMQP catalogue on the embedded broker. */
final class EmbeddedBadMessageTest extends BadMessageContract {
  private final EmbeddedBroker broker = EmbeddedBroker.inMemory(0);

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    open(URI.create(broker.uri()), folder);
  }

  @AfterAll
  void stop() {
    broker.close();
  }
}
