package orderflow.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The error of a refused body names cause and position. */
class StrictJsonTest {
  private static final String PREFIX = "the body is not strict JSON: ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"a\":2}      | a key appears twice (line 1, column 11)",
        "{\"a\":1} {}           | something follows the JSON object (line 1, column 9)",
        "{\"a\":               | it ends too early (line 1, column 6)",
        "{\"a                 | it ends too early (line 1, column 4)",
        "{\"a\":\"\t\"}          | a control character in a string is not escaped (line 1, column"
            + " 7)",
        "{\"a\":1,}           | a key in double quotes is missing (line 1, column 8)",
        "{'a':1}             | a key in double quotes is missing (line 1, column 2)",
        "{a:1}               | a key in double quotes is missing (line 1, column 2)",
        "{\"a\":'x'}          | a value is missing, or not in double quotes (line 1, column 6)",
        "{\"a\":,\"b\":1}      | a value is missing, or not in double quotes (line 1, column 6)",
        "{\"a\" 1}            | a key is not followed by a colon (line 1, column 6)",
        "{\"a\":1 \"b\":2}      | a comma is missing (line 1, column 8)",
        "{/* a */\"a\":1}     | it has a comment (line 1, column 2)",
        "{\"a\":NaN}          | NaN and Infinity are no numbers in JSON (line 1, column 9)",
        "{\"a\":01}           | a number has a leading zero (line 1, column 7)",
        "{\"a\":1.}           | a number is malformed (line 1, column 7)",
        "{\"a\":tru}          | a word is neither true, false nor null (line 1, column 6)",
        "{\"a\":\"\\x\"}        | a string has an unknown escape (line 1, column 8)",
        "<order id='1'/>     | it does not begin with { (line 1, column 1)",
        "order_id=ord-1&qty=1 | it does not begin with { (line 1, column 1)",
      })
  void errorNamesTheCause(String body, String cause) {
    assertEquals(PREFIX + cause, refused(body, UTF_8));
  }

  @Test
  void errorNamesTheExceededLimit() {
    assertEquals(
        PREFIX + "it is nested deeper than 16 levels",
        withoutPlace(refused("{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}", UTF_8)));
    assertEquals(
        PREFIX + "a number is longer than 64 characters",
        withoutPlace(refused("{\"qty\":" + "9".repeat(70) + "}", UTF_8)));
    assertEquals(
        PREFIX + "a key is longer than 1024 characters",
        withoutPlace(refused("{\"" + "k".repeat(2_000) + "\":1}", UTF_8)));
    assertEquals("the body is larger than 262144 bytes", refused(" ".repeat(300_000), UTF_8));
  }

  @Test
  void errorNamesTheEncoding() {
    String order = "{\"order_id\":\"ord-1\"}";
    assertEquals(PREFIX + "it begins with a byte order mark", refused("\ufeff" + order, UTF_8));
    for (Charset other : new Charset[] {UTF_16BE, UTF_16LE}) {
      assertEquals("the body is UTF-16 or UTF-32, not UTF-8", refused(order, other));
      assertEquals("the body is UTF-16 or UTF-32, not UTF-8", refused("\ufeff" + order, other));
    }
    assertEquals("the body is not UTF-8", refused("{\"a\":\"\u00e4\"}", ISO_8859_1));
  }

  @Test
  void tooLargeWholeNumberIsNotReportedAsFraction() {
    assertEquals("qty is too large a number", refused("99999999999999999999"));
    assertEquals("qty must be a whole number", refused("1.5"));
    assertEquals("qty must be a whole number", refused("1e400"));
  }

  private static String refused(String qty) {
    String body = "{\"order_id\":\"o\",\"item_id\":\"i\",\"user_id\":\"u\",\"qty\":" + qty + "}";
    return refused(body, UTF_8);
  }

  private static String refused(String body, Charset charset) {
    return assertThrows(
            InvalidEventException.class, () -> EventCodec.decodeOrderPlaced(body.getBytes(charset)))
        .detail();
  }

  private static String withoutPlace(String detail) {
    return detail.replaceFirst(" \\(line \\d+, column \\d+\\)$", "");
  }
}
