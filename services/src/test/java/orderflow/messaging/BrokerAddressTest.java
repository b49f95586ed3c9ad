package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerAddressTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      emptyValue = "",
      value = {
        "amqp://h,                          h, 5672, guest, guest, /",
        "amqps://h/,                        h, 5671, guest, guest, /",
        "amqp://u:p@h:1/v,                  h, 1,    u,     p,     v",
        "amqp://u:@h/%2F,                   h, 5672, u,     '',    /",
        "amqp://p%C3%A4ss:%C3%A4@h/100%25,  h, 5672, päss,  ä,     100%",
        "amqp://u:p@h/x%2541,               h, 5672, u,     p,     x%41",
        "amqp://u:p%40ss%2Fw%3Ard%231@h/a+b,  h, 5672, u,     p@ss/w:rd#1, a+b",
        "amqp://ä:ö@h/ü,                    h, 5672, ä,     ö,     ü",
        "amqp://u:p@[::1]:5673/a%2Fb,       ::1, 5673, u,   p,     a/b",
        "amqp://rabbit_mq,                  rabbit_mq, 5672, guest, guest, /",
      })
  void partsAreDecodedOnce(
      String uri, String host, int port, String user, String password, String virtualHost) {
    BrokerAddress address = BrokerAddress.of(URI.create(uri));
    assertEquals(host, address.host());
    assertEquals(port, address.port());
    assertEquals(user, address.user());
    assertEquals(password, address.password());
    assertEquals(virtualHost, address.virtualHost());
  }

  @Test
  void queryParametersAreRead() {
    BrokerAddress address =
        BrokerAddress.of(URI.create("amqp://h?heartbeat=5&connection_timeout=2000&channel_max=7"));
    assertEquals(OptionalInt.of(5), address.heartbeatSeconds());
    assertEquals(OptionalInt.of(2_000), address.connectionTimeoutMillis());
    assertEquals(OptionalInt.of(7), address.channelMax());
  }

  @ParameterizedTest
  @CsvSource({
    "amqp://h?frame_max=1, frame_max",
    "amqp://h?cacertfile=x, --tls-ca",
    "amqps://h?verify=verify_none, --insecure",
    "amqp://h?heartbeat=soon, heartbeat",
    "amqp://h?heartbeat=70000, heartbeat",
    "amqp://h?heartbeat, heartbeat",
    "amqp://h?heartbeat=1&heartbeat=2, heartbeat",
    "amqp://h?connection_timeout=0, connection_timeout",
  })
  void unsupportedParameterIsRefusedByName(String uri, String named) {
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> BrokerAddress.of(URI.create(uri)));
    assertTrue(String.valueOf(thrown.getMessage()).contains(named), thrown.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "amqp://u:p@h/a/b, virtual host",
    "amqp://a:b:c@h/, user info",
    "amqp://h:0/, port",
    "amqp://h:65536/, port",
    "amqp:///v, host",
    "amqp://u@h/%E4, path",
    "amqp://%C3:secret@h, user info",
  })
  void errorNamesTheInvalidPart(String uri, String part) {
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> BrokerAddress.of(URI.create(uri)));
    assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
    assertTrue(String.valueOf(thrown.getMessage()).contains("%XX"), thrown.getMessage());
  }

  @Test
  void textFormHidesThePassword() {
    assertFalse(BrokerAddress.of(URI.create("amqp://u:secret@h")).toString().contains("secret"));
  }
}
