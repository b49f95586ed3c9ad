package orderflow.badinput;

import java.net.URI;
import java.nio.file.Path;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The AMQP catalogue on a real RabbitMQ. */
@RealRabbit
final class RealRabbitBadMessageTest extends BadMessageContract {
  @BeforeAll
  void start(RabbitNode rabbit, @TempDir Path folder) throws Exception {
    open(URI.create(rabbit.freshUri()), folder);
  }
}
