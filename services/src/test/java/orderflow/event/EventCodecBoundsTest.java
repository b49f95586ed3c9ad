package orderflow.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Decodes bodies of maximum size, in the shapes that are most expensive to parse, within limits on
 * memory, stack and time.
 */
class EventCodecBoundsTest {
  private static final int MAX = EventCodec.MAX_BYTES;
  private static final long MAX_ALLOCATED = 64L * MAX;
  private static final int SMALL_STACK = 192 * 1024;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final String ORDER =
      "{\"order_id\":\"o\",\"item_id\":\"i\",\"qty\":1,\"user_id\":\"u\"";

  /** Runs on a thread of its own. */
  private static final class Decoding extends Thread {
    private final byte[] body;
    private @Nullable OrderPlaced decoded;
    private @Nullable Throwable thrown;
    private long allocated;

    private Decoding(byte[] body) {
      super(null, null, "decoding", SMALL_STACK);
      this.body = body;
      setDaemon(true);
    }

    @Override
    public void run() {
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        decoded = EventCodec.decodeOrderPlaced(body);
      } catch (InvalidEventException e) {
        decoded = null;
      } catch (Throwable e) {
        thrown = e;
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
  }

  /** Loads the parser first, so that its own allocations are not measured. */
  @BeforeAll
  static void load() {
    assertEquals("o", EventCodec.decodeOrderPlaced((ORDER + '}').getBytes(ISO_8859_1)).orderId());
  }

  static Stream<Shape> hostileBodies() {
    return Stream.concat(wholeBodies(), extraFields());
  }

  /** A body, one byte per character. */
  record Shape(String name, String body) {
    byte[] bytes() {
      return body.getBytes(ISO_8859_1);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Shape> wholeBodies() {
    return Stream.of(
        new Shape("lists in lists", filled("[")),
        new Shape("objects in objects", filled("{\"a\":")),
        new Shape("both", filled("[{\"\":")),
        new Shape("closed lists", "[".repeat(MAX / 2) + "]".repeat(MAX / 2)),
        new Shape("spaces", filled(" ")),
        new Shape("NULs", filled("\u0000")),
        new Shape("quotes", filled("\"")),
        new Shape("backslashes", filled("\\")),
        new Shape("digits", filled("1")),
        new Shape("invalid UTF-8", filled("\u00ff")),
        new Shape("truncated UTF-8", filled("\u00f0\u009f\u0098").substring(0, MAX - 1)),
        new Shape("orders", filled(ORDER + "}")));
  }

  private static Stream<Shape> extraFields() {
    return Stream.of(
        value("a long string", '"' + repeatToLimit("x", 2) + '"'),
        value("a string of escapes", '"' + repeatToLimit("\\u0041", 2) + '"'),
        value(
            "a string of wide characters",
            '"' + repeatToLimit("\u00f0\u009f\u0098\u0080", 2) + '"'),
        value("unterminated string", '"' + repeatToLimit("x", 1)),
        value("many digits", repeatToLimit("1", 0)),
        value("many digits after the point", "0." + repeatToLimit("1", 2)),
        value("many digits in the exponent", "1e" + repeatToLimit("9", 2)),
        value("long numbers", '[' + repeatToLimit("1".repeat(64) + ",", 4) + "1]"),
        value("exponents", '[' + repeatToLimit("1e-99999999,", 4) + "1]"),
        value("empty lists", '[' + repeatToLimit("[],", 4) + "1]"),
        value("empty objects", '[' + repeatToLimit("{},", 4) + "1]"),
        value("nulls", '[' + repeatToLimit("null,", 4) + "1]"),
        value("maximum depth", '[' + repeatToLimit(nested(14) + ",", 4) + "1]"),
        value("one level too deep at the end", '[' + repeatToLimit("[],", 40) + nested(15) + ']'),
        new Shape("a long name", ORDER + ",\"" + repeatToLimit("x", 8) + "\":1}"),
        keys("short keys", i -> Integer.toString(i, 36)),
        keys("long keys", i -> "x".repeat(1_000) + i),
        keys("keys with the same hash in Java", i -> spelt(i, "Aa", "BB")),
        keys("keys with the same hash in the parser", i -> spelt(i, "Ab", "BA")),
        keys("escaped keys", i -> "\\u00" + Integer.toHexString(0x20 + i % 0x50) + i),
        keys("the same key repeated", i -> "qty"),
        keys("duplicate key at the end", i -> Integer.toString(i % 10_000)));
  }

  private static Shape value(String name, String value) {
    return new Shape(name, ORDER + ",\"x\":" + value + '}');
  }

  /** As many fields as fit. */
  private static Shape keys(String name, IntFunction<String> key) {
    var body = new StringBuilder(ORDER);
    for (int i = 0; body.length() < MAX - 1_100; i++) {
      body.append(",\"").append(key.apply(i)).append("\":1");
    }
    return new Shape(name, body.append('}').toString());
  }

  /** {@code i} in binary, with two words for digits. */
  private static String spelt(int i, String zero, String one) {
    return IntStream.range(0, 14)
        .mapToObj(bit -> ((i >> bit) & 1) == 0 ? zero : one)
        .collect(Collectors.joining());
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String filled(String piece) {
    return piece.repeat(MAX / piece.length());
  }

  /**
   * Repeats {@code piece} until an order with the field {@code x} is as large as allowed, less
   * {@code others} bytes.
   */
  private static String repeatToLimit(String piece, int others) {
    return piece.repeat((MAX - ORDER.length() - 6 - others) / piece.length());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileBodies")
  void hostileInputDecodesOrFailsWithinLimits(Shape shape) throws Exception {
    byte[] body = shape.bytes();
    assertTrue(body.length <= MAX && body.length > MAX / 2, "bytes: " + body.length);
    var decoding = new Decoding(body);
    decoding.start();
    assertTrue(decoding.join(LIMIT), "decoding takes longer than the limit");
    assertNull(decoding.thrown);
    assertTrue(decoding.allocated < MAX_ALLOCATED, "allocated " + decoding.allocated);
    byte[] good = (ORDER + '}').getBytes(ISO_8859_1);
    assertEquals("o", EventCodec.decodeOrderPlaced(good).orderId(), "a valid order still decodes");
  }

  @Test
  void largerBodyIsNotParsed() throws Exception {
    var decoding = new Decoding(new byte[64 * 1024 * 1024]);
    decoding.start();
    assertTrue(decoding.join(LIMIT));
    assertNull(decoding.thrown);
    assertNull(decoding.decoded);
    assertTrue(decoding.allocated < MAX, "allocated " + decoding.allocated);
  }
}
