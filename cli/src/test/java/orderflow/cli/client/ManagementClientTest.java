package orderflow.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import orderflow.messaging.BrokerAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The management API is asked with the broker's password, so with TLS wherever the broker is. */
class ManagementClientTest {
  @ParameterizedTest
  @CsvSource({
    "amqp://u:p@mq.example/, http://mq.example:15672",
    "amqps://u:p@mq.example/, https://mq.example:15671",
    "amqps://u:p@[::1]:5671/, https://[::1]:15671",
  })
  void defaultUrlHasTlsWhereTheBrokerHasIt(URI broker, URI expected) {
    assertEquals(expected, ManagementClient.defaultUrl(BrokerAddress.of(broker)));
  }
}
