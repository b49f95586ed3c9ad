package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The client library must not log errors that we report. */
class LoggingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"com.rabbitmq.client.Connection", "com.rabbitmq.client.impl.SocketFrameHandler"})
  void clientErrorsAreLoggedOnlyOnRequest(String logger) {
    String[] command = {"dlq-inspect", "--uri", "amqp://127.0.0.1:1/"};

    assertTrue(new Cli().always("-v").run(command).err().contains("no broker answers"));
    assertTrue(LoggerFactory.getLogger(logger).isErrorEnabled());
    assertEquals(1, new Cli().run(command).err().lines().count());
    assertTrue(!LoggerFactory.getLogger(logger).isErrorEnabled());
  }
}
