package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.Locale;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.Topology;
import orderflow.testing.Amqp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageValidatorTest {
  private static final OrderPlaced ORDER = new OrderPlaced("ord-1", "widget", 1, "u1");
  private static final byte[] BODY = EventCodec.encode(ORDER);

  @Test
  void messageWithoutPropertiesIsAccepted() {
    assertTaken(new BasicProperties.Builder());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/cloudevents+json",
        "text/json"
      })
  void usualJsonContentTypesAreAccepted(String contentType) {
    assertTaken(new BasicProperties.Builder().contentType(contentType));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-protobuf",
        "application/jsonx",
        "json;a+json",
        ";a+json"
      })
  void otherContentTypesAreUnsupported(String contentType) {
    assertRejected(
        Reason.UNSUPPORTED, new BasicProperties.Builder().contentType(contentType), BODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity", "utf-8", "UTF8"})
  void identityAndUtf8EncodingsAreAccepted(String encoding) {
    assertTaken(new BasicProperties.Builder().contentEncoding(encoding));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "utf-16"})
  void otherContentEncodingsAreUnsupported(String encoding) {
    assertRejected(
        Reason.UNSUPPORTED, new BasicProperties.Builder().contentEncoding(encoding), BODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "OrderPlaced", "orderplaced", "order.placed"})
  void eventTypeNamesAreAccepted(String type) {
    assertTaken(new BasicProperties.Builder().type(type));
  }

  @Test
  void namesAreComparedIndependentlyOfTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertTaken(new BasicProperties.Builder().contentType("APPLICATION/JSON"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"InventoryReserved", "OrderCancelled", "order"})
  void otherEventsAreUnsupported(String type) {
    assertRejected(Reason.UNSUPPORTED, new BasicProperties.Builder().type(type), BODY);
  }

  @ParameterizedTest
  @CsvSource({"{},MALFORMED", "x,MALFORMED"})
  void bodyThatIsNotTheEventIsMalformed(String body, Reason reason) {
    assertRejected(reason, new BasicProperties.Builder(), body.getBytes(UTF_8));
  }

  @Test
  void forbiddenValueIsInvalid() {
    byte[] body = new String(BODY, UTF_8).replace("\"qty\":1", "\"qty\":0").getBytes(UTF_8);
    assertRejected(Reason.INVALID, new BasicProperties.Builder(), body);
  }

  @Test
  void bodyAboveTheLimitIsTooLarge() {
    assertRejected(
        Reason.TOO_LARGE,
        new BasicProperties.Builder().contentType("text/plain"),
        new byte[EventCodec.MAX_BYTES + 1]);
    assertRejected(Reason.MALFORMED, new BasicProperties.Builder(), new byte[EventCodec.MAX_BYTES]);
  }

  private static void assertTaken(BasicProperties.Builder properties) {
    var screened = MessageValidator.validate(delivery(properties, BODY), new RecordingHandler());
    assertNull(screened.rejected());
    assertEquals(ORDER, screened.event());
  }

  private static void assertRejected(
      Reason reason, BasicProperties.Builder properties, byte[] body) {
    var screened = MessageValidator.validate(delivery(properties, body), new RecordingHandler());
    assertNull(screened.event());
    Disposition.@Nullable Rejected rejected = screened.rejected();
    assertNotNull(rejected);
    assertEquals(reason, rejected.reason());
  }

  private static Delivery delivery(BasicProperties.Builder properties, byte[] body) {
    return new Delivery(
        1,
        false,
        Topology.ORDER_PLACED,
        "order_events",
        "order.placed",
        Amqp.properties(properties),
        body);
  }
}
