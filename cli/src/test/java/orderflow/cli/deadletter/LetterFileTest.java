package orderflow.cli.deadletter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import orderflow.cli.deadletter.LetterFile.DamagedLineException;
import orderflow.messaging.Delivery;
import orderflow.messaging.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written can be read, whatever it is, and what was not written is not read. */
class LetterFileTest {
  private static Delivery letter(byte[] body) {
    return new Delivery(7, true, "a_dlq", "x", "y", Properties.persistent("id \u00e9"), body);
  }

  @Test
  void everyBodyComesBackByteForByte() {
    var random = new Random(1);
    for (int n = 0; n < 500; n++) {
      byte[] body = new byte[random.nextInt(200)];
      random.nextBytes(body);
      assertComesBack(body);
    }
    for (String text : new String[] {"", "\n\r\t\0", "\ud83d\ude00 \u2028", "{\"a\":\"b\"}"}) {
      assertComesBack(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void assertComesBack(byte[] body) {
    Delivery before = letter(body);
    String line = LetterFile.line(DeadLetterView.of(1, before), before);
    Delivery after = LetterFile.read(3, line);

    assertEquals(1, line.lines().count(), line);
    assertArrayEquals(body, after.body());
    assertArrayEquals(before.properties().encode(), after.properties().encode());
    assertEquals("a_dlq", after.queue());
    assertEquals(3, after.tag());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"queue\":\"q\"}",
        "{\"queue\":\"q\",\"body\":\"x\",\"body_encoding\":\"utf-8\",\"properties\":\"%\"}",
        "{\"queue\":\"q\",\"body\":\"x\",\"body_encoding\":\"utf-8\",\"properties\":\"AA==\"}",
        "{\"queue\":\"q\",\"body\":\"%\",\"body_encoding\":\"base64\",\"properties\":\"\"}",
        "{\"queue\":1,\"body\":\"x\",\"body_encoding\":\"utf-8\",\"properties\":\"\"}"
      })
  void aDamagedLineIsNamed(String line) {
    var thrown = assertThrows(DamagedLineException.class, () -> LetterFile.read(12, line));

    assertTrue(String.valueOf(thrown.getMessage()).startsWith("line 12 "), thrown.getMessage());
  }
}
