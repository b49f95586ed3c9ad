package orderflow.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks passwords, also in invalid addresses. */
class RedactionTest {
  @ParameterizedTest
  @CsvSource({
    "amqp://h/,amqp://h/",
    "amqp://ops@h/,amqp://ops@h/",
    "amqps://ops@h:5671/vhost,amqps://ops@h:5671/vhost",
    "amqp://ops:secret@h:5672/,amqp://ops:***@h:5672/",
    "amqp://ops:@h/,amqp://ops:***@h/",
    "amqp://ops:se/cr@et@h/,amqp://ops:***@h/",
    "amqp://ops:12/secret@h/,amqp://ops:***@h/",
    "amqp://o@ps:secret@h/,amqp://***@h/",
    "amqp://ops:sec ret@h/,amqp://ops:***@h/",
    "ops:secret@h,ops:***@h",
    "http://secret@h:1,http://***@h:1",
    "http:ops:secret@h,http:***@h",
    "http://localhost:8001,http://localhost:8001",
  })
  void passwordInAnAddressIsMasked(String address, String shown) {
    assertEquals(shown, Redaction.mask("uri", address));
  }

  @ParameterizedTest
  @CsvSource({"token,t0ken,***", "token,'',''", "output,json,json"})
  void tokenIsMasked(String option, String value, String shown) {
    assertEquals(shown, Redaction.mask(option, value));
  }
}
