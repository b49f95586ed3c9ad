package orderflow.event;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import orderflow.event.InvalidEventException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
  private static final String ORDER =
      "{\"order_id\":\"ord-1\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";
  private static final OrderPlaced PLACED = new OrderPlaced("ord-1", "widget", 1, "u1");

  @Test
  void contractsOrderIsReadAndWrittenByteForByte() {
    assertEquals(PLACED, EventCodec.decodeOrderPlaced(bytes(ORDER)));
    assertEquals(ORDER, new String(EventCodec.encode(PLACED), UTF_8));
  }

  @Test
  void contractsOutcomesAreWrittenByteForByte() {
    assertEquals(
        "{\"order_id\":\"ord-1\",\"status\":\"reserved\",\"user_id\":\"u1\","
            + "\"item_id\":\"widget\",\"qty\":1}",
        new String(EventCodec.encode(InventoryOutcome.reserved(PLACED)), UTF_8));
    assertEquals(
        "{\"order_id\":\"ord-1\",\"status\":\"failed\",\"user_id\":\"u1\","
            + "\"item_id\":\"widget\",\"qty\":1,\"reason\":\"none left\"}",
        new String(EventCodec.encode(InventoryOutcome.failed(PLACED, "none left")), UTF_8));
  }

  @Test
  void outcomeWithOnlyThreeFieldsIsAccepted() {
    InventoryOutcome outcome =
        EventCodec.decodeOutcome(
            bytes("{\"order_id\":\"ord-1\",\"status\":\"reserved\",\"user_id\":\"u1\"}"));
    assertEquals(InventoryOutcome.Status.RESERVED, outcome.status());
    assertNull(outcome.itemId());
    assertNull(outcome.qty());
    assertNull(outcome.reason());
  }

  @Test
  void unknownFieldsAreIgnored() {
    String extended =
        ORDER.replace("}", ",\"x\":{\"order_id\":\"other\",\"n\":[1e999999,null,1.5]}}");
    assertEquals(PLACED, EventCodec.decodeOrderPlaced(bytes(extended)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"ord-1\"",
        "1",
        "{",
        "{}",
        "not json",
        "{'order_id':'ord-1'}",
        "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"} {}",
        "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"} x",
        "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\",}",
        "{\"order_id\":\"o\",\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"}",
        "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"qty\":2,\"user_id\":\"u\"}",
        "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\",\"x\":{\"a\":1,\"a\":2}}",
        "{\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"}",
        "{\"order_id\":null,\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"}",
        "{\"order_id\":7,\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"}",
        "{\"order_id\":[\"o\"],\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"}",
        "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":{}}",
        "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\",\"x\":NaN}",
        "/**/{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"}",
      })
  void bodyThatIsNotAStrictObjectWithAllFieldsIsMalformed(String body) {
    assertEquals(Kind.MALFORMED, refused(bytes(body)).kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0",
        "1.5",
        "1e0",
        "1e2",
        "1e999999",
        "-1e999999",
        "\"1\"",
        "true",
        "null",
        "[1]",
        "{}",
        "9223372036854775808",
        "99999999999999999999999999",
        "NaN",
        "01",
        "+1",
        "0x1"
      })
  void quantityThatIsNotAWholeNumberIsMalformed(String qty) {
    assertEquals(Kind.MALFORMED, refused(bytes(withQty(qty))).kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-0", "-1", "1000001", "2147483648", "4294967297", "9223372036854775807"})
  void quantityOutOfRangeIsInvalidAndDoesNotOverflow(String qty) {
    InvalidEventException e = refused(bytes(withQty(qty)));
    assertEquals(Kind.INVALID, e.kind());
    assertEquals("qty", e.field());
  }

  @Test
  void largestQuantityIsAccepted() {
    assertEquals(1_000_000, EventCodec.decodeOrderPlaced(bytes(withQty("1000000"))).qty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a/b",
        "a\\nforged",
        "\\u0000",
        "ü",
        "a\\ud800",
        "%41",
        "a,b",
        ".",
        ".."
      })
  void idWithOtherCharactersIsInvalidAndNotEchoed(String id) {
    InvalidEventException e = refused(bytes(ORDER.replace("ord-1", id)));
    assertEquals(Kind.INVALID, e.kind());
    assertEquals("order_id", e.field());
    assertEquals("order_id must be " + Ids.RULE, e.detail());
  }

  /** Ids are written to log lines and paths. */
  @ParameterizedTest
  @CsvSource({"order_id, ord-1", "item_id, widget", "user_id, u1"})
  void everyIdIsValidated(String field, String value) {
    byte[] order = bytes(ORDER.replace(value, value + "\\nforged"));
    byte[] outcome =
        bytes(
            new String(EventCodec.encode(InventoryOutcome.reserved(PLACED)), UTF_8)
                .replace(value, value + "\\nforged"));
    for (InvalidEventException e :
        List.of(
            refused(order),
            assertThrows(InvalidEventException.class, () -> EventCodec.decodeOutcome(outcome)))) {
      assertEquals(Kind.INVALID, e.kind());
      assertEquals(field, e.field());
    }
  }

  @Test
  void idHasAtMost128Characters() {
    String longest = "x".repeat(128);
    assertEquals(
        longest, EventCodec.decodeOrderPlaced(bytes(ORDER.replace("ord-1", longest))).orderId());
    assertEquals(Kind.INVALID, refused(bytes(ORDER.replace("ord-1", longest + "x"))).kind());
  }

  @Test
  void encodingsOtherThanUtf8AreMalformed() {
    byte[] overlong = bytes(ORDER.replace("ord-1", "ord__1"));
    int at = new String(overlong, UTF_8).indexOf("__");
    overlong[at] = (byte) 0xC0;
    overlong[at + 1] = (byte) 0xAF;
    byte[] latin1 = bytes(ORDER.replace("}", ",\"x\":\"_\"}"));
    latin1[new String(latin1, UTF_8).lastIndexOf('_')] = (byte) 0xFC;
    for (byte[] body :
        new byte[][] {
          ORDER.getBytes(UTF_16BE),
          ORDER.getBytes(UTF_16LE),
          overlong,
          latin1,
          bytes("\uFEFF" + ORDER)
        }) {
      assertEquals(Kind.MALFORMED, refused(body).kind());
    }
  }

  /** The error has the position, but does not repeat the input. */
  @Test
  void errorInJsonHasLineAndColumn() {
    assertEquals(
        "the body is not strict JSON: a key in double quotes is missing (line 2, column 3)",
        refused(bytes("{\n  x}")).detail());
  }

  @Test
  void eventConstructorsRefuseInvalidValues() {
    for (int qty : new int[] {0, -1, 1_000_001}) {
      assertEquals(
          "qty",
          assertThrows(InvalidEventException.class, () -> new OrderPlaced("o", "widget", qty, "u"))
              .field());
      assertEquals(
          "qty",
          assertThrows(
                  InvalidEventException.class,
                  () ->
                      new InventoryOutcome(
                          "o", InventoryOutcome.Status.RESERVED, "u", "widget", qty, null))
              .field());
    }
  }

  @Test
  void deepNestingIsMalformedAtAnyDepth() {
    for (int depth : new int[] {20, 1_000, 60_000}) {
      String nested = "[".repeat(depth) + "]".repeat(depth);
      assertEquals(
          Kind.MALFORMED, refused(bytes(ORDER.replace("}", ",\"x\":" + nested + "}"))).kind());
    }
  }

  @Test
  void bodyOf256KiBIsAcceptedAndOneByteMoreIsNot() {
    byte[] padded = new byte[EventCodec.MAX_BYTES + 1];
    Arrays.fill(padded, (byte) ' ');
    System.arraycopy(bytes(ORDER), 0, padded, 0, ORDER.length());
    assertEquals(PLACED, EventCodec.decodeOrderPlaced(Arrays.copyOf(padded, EventCodec.MAX_BYTES)));
    assertEquals(Kind.MALFORMED, refused(padded).kind());
  }

  @Test
  void unknownStatusIsInvalid() {
    var e =
        assertThrows(
            InvalidEventException.class,
            () ->
                EventCodec.decodeOutcome(
                    bytes("{\"order_id\":\"o\",\"status\":\"RESERVED\",\"user_id\":\"u\"}")));
    assertEquals(Kind.INVALID, e.kind());
  }

  @Test
  void reasonThatIsNotTextOrTooLongIsInvalid() {
    for (String reason : new String[] {"\\ud800", "\\udc00\\ud800", "x".repeat(1_001)}) {
      var e =
          assertThrows(
              InvalidEventException.class,
              () -> EventCodec.decodeOutcome(bytes(failedBecause(reason))));
      assertEquals(Kind.INVALID, e.kind());
      assertEquals("reason", e.field());
    }
    assertEquals(
        "\ud83d\ude00", EventCodec.decodeOutcome(bytes(failedBecause("\\ud83d\\ude00"))).reason());
  }

  @Test
  void optionalFieldOfTheWrongTypeIsMalformed() {
    for (String field : new String[] {"\"item_id\":1", "\"qty\":\"1\"", "\"reason\":[]"}) {
      assertEquals(
          Kind.MALFORMED,
          assertThrows(
                  InvalidEventException.class,
                  () ->
                      EventCodec.decodeOutcome(
                          bytes(
                              "{\"order_id\":\"o\",\"status\":\"failed\",\"user_id\":\"u\","
                                  + field
                                  + "}")))
              .kind());
    }
  }

  @Test
  void messageIdDependsOnOrderAndType() {
    assertEquals("OrderPlaced:ord-1", PLACED.messageId());
    assertEquals(
        InventoryOutcome.reserved(PLACED).messageId(),
        EventCodec.decodeOutcome(EventCodec.encode(InventoryOutcome.reserved(PLACED))).messageId());
    assertNotEquals(
        InventoryOutcome.reserved(PLACED).messageId(),
        InventoryOutcome.failed(PLACED, "x").messageId());
    assertFalse(PLACED.messageId().equals(InventoryOutcome.reserved(PLACED).messageId()));
  }

  private static String withQty(String qty) {
    return ORDER.replace("\"qty\":1", "\"qty\":" + qty);
  }

  private static String failedBecause(String reason) {
    return "{\"order_id\":\"o\",\"status\":\"failed\",\"user_id\":\"u\",\"reason\":\""
        + reason
        + "\"}";
  }

  private static InvalidEventException refused(byte[] body) {
    return assertThrows(InvalidEventException.class, () -> EventCodec.decodeOrderPlaced(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
