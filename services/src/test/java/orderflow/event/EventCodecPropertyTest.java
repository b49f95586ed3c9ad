package orderflow.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Matcher;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import orderflow.event.InventoryOutcome.Status;

class EventCodecPropertyTest {

  @Property
  void encodedOrderDecodesToTheSameOrder(@ForAll("orders") OrderPlaced order) {
    assertEquals(order, EventCodec.decodeOrderPlaced(EventCodec.encode(order)));
  }

  @Property
  void encodedOutcomeDecodesToTheSameOutcome(@ForAll("outcomes") InventoryOutcome outcome) {
    assertEquals(outcome, EventCodec.decodeOutcome(EventCodec.encode(outcome)));
  }

  @Property
  void anyBytesDecodeOrFailAsInvalid(@ForAll byte[] body) {
    decodeBoth(body);
  }

  @Property
  void damagedEventDecodesOrFailsAsInvalid(
      @ForAll("orders") OrderPlaced order,
      @ForAll @IntRange(max = 10_000) int place,
      @ForAll byte damage) {
    byte[] body = EventCodec.encode(order);
    body[place % body.length] = damage;
    decodeBoth(body);
  }

  @Property
  void anyJsonValueInAnyFieldDecodesOrFailsAsInvalid(
      @ForAll("fields") String field, @ForAll("values") String value) {
    String body =
        "{\"order_id\":\"o\",\"status\":\"failed\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"}"
            .replaceFirst(
                "\"" + field + "\":(\"[a-z]*\"|1)",
                Matcher.quoteReplacement("\"" + field + "\":" + value));
    decodeBoth(body.getBytes(UTF_8));
  }

  @Property
  void anyJsonTokensDecodeOrFailAsInvalid(@ForAll("jumbles") String body) {
    decodeBoth(body.getBytes(UTF_8));
  }

  /** Each decoded event must encode to an equal event, because it is published. */
  private static void decodeBoth(byte[] body) {
    try {
      OrderPlaced order = EventCodec.decodeOrderPlaced(body);
      assertEquals(order, EventCodec.decodeOrderPlaced(EventCodec.encode(order)));
    } catch (InvalidEventException e) {
      assertEquals(e.getMessage(), e.detail());
    }
    try {
      InventoryOutcome outcome = EventCodec.decodeOutcome(body);
      assertEquals(outcome, EventCodec.decodeOutcome(EventCodec.encode(outcome)));
    } catch (InvalidEventException e) {
      assertEquals(e.getMessage(), e.detail());
    }
  }

  @Provide
  Arbitrary<OrderPlaced> orders() {
    return Combinators.combine(ids(), ids(), Arbitraries.integers().between(1, 1_000_000), ids())
        .as(OrderPlaced::new);
  }

  @Provide
  Arbitrary<InventoryOutcome> outcomes() {
    return Combinators.combine(
            ids(),
            Arbitraries.of(Status.values()),
            ids(),
            ids().injectNull(0.3),
            Arbitraries.integers().between(1, 1_000_000).injectNull(0.3),
            Arbitraries.strings()
                .ofMaxLength(1_000)
                .filter(UTF_8.newEncoder()::canEncode)
                .injectNull(0.3))
        .as(InventoryOutcome::new);
  }

  /** Mostly well-formed, so that the odd piece is met deep inside the parser. */
  @Provide
  Arbitrary<String> jumbles() {
    Arbitrary<String> name =
        Arbitraries.oneOf(fields(), Arbitraries.of("reason", "x", "", "\\u0071ty", "\ud800"));
    Arbitrary<String> pair = Combinators.combine(name, values()).as((n, v) -> '"' + n + "\":" + v);
    Arbitrary<String> object = pair.list().ofMaxSize(8).map(p -> '{' + String.join(",", p) + '}');
    Arbitrary<String> piece =
        Arbitraries.of(
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\u0000", "\ufeff", "1", "e", "//");
    return Combinators.combine(object, piece.list().ofMaxSize(2), Arbitraries.integers())
        .as((text, pieces, place) -> {
          int at = Math.floorMod(place, text.length() + 1);
          return text.substring(0, at) + String.join("", pieces) + text.substring(at);
        });
  }

  @Provide
  Arbitrary<String> fields() {
    return Arbitraries.of("order_id", "status", "item_id", "qty", "user_id");
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.oneOf(
        Arbitraries.bigIntegers().map(String::valueOf),
        Arbitraries.bigDecimals().map(String::valueOf),
        Arbitraries.integers().between(-400, 400).map(e -> "1e" + e),
        Arbitraries.strings().ascii().ofMaxLength(20).map(s -> '"' + s + '"'),
        Arbitraries.of("null", "true", "[]", "{}", "\"\\ud800\"", "1e999999", "-0", "1.0"));
  }

  private static Arbitrary<String> ids() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('A', 'Z')
        .numeric()
        .withChars("._:-")
        .ofMinLength(1)
        .ofMaxLength(128)
        .filter(id -> !id.equals(".") && !id.equals(".."));
  }
}
