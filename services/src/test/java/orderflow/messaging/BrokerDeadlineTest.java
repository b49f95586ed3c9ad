package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import orderflow.messaging.Topology.QueueType;
import orderflow.testing.ScriptedServer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class BrokerDeadlineTest {
  /** The start of a TLS record or an AMQP frame whose rest arrives byte by byte. */
  @ParameterizedTest
  @CsvSource({
    "amqp, '', ''",
    "amqp, '\001\000\000\000\000\020\000', x",
    "amqps, '', ''",
    "amqps, '\026\003\003\100\000', x",
  })
  void slowOrUnresponsiveBrokerFailsAfterTheLimit(String scheme, String greeting, String drip)
      throws Exception {
    try (var server = new ScriptedServer(greeting, drip)) {
      var settings =
          new BrokerSettings(
              URI.create(scheme + "://127.0.0.1:" + server.port()),
              "test",
              QueueType.DEFAULT,
              Duration.ofSeconds(1),
              null,
              false);
      long begun = System.nanoTime();
      String why =
          assertThrows(
                  MessagingException.class,
                  () -> new RabbitBroker(settings).openPublisher(Duration.ofSeconds(1)))
              .detail();
      assertTrue(System.nanoTime() - begun < Duration.ofSeconds(10).toNanos(), why);
      assertTrue(why.contains("did not answer "), why);
    }
  }
}
