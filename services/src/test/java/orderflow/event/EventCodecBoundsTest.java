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
 * The largest bodies that are looked into, in the shapes that cost a parser most: each is an event
 * or invalid within the memory, the stack and the time that any of them may take.
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
    private @Nullable OrderPlaced taken;
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
        taken = EventCodec.decodeOrderPlaced(body);
      } catch (InvalidEventException e) {
        taken = null;
      } catch (Throwable e) {
        thrown = e;
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
  }

  /** What loading the parser allocates is no body's doing. */
  @BeforeAll
  static void load() {
    assertEquals("o", EventCodec.decodeOrderPlaced((ORDER + '}').getBytes(ISO_8859_1)).orderId());
  }

  static Stream<Shape> nasty() {
    return Stream.concat(whole(), fields());
  }

  /** A body, one byte a character. */
  record Shape(String name, String body) {
    byte[] bytes() {
      return body.getBytes(ISO_8859_1);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Shape> whole() {
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
        new Shape("no UTF-8", filled("\u00ff")),
        new Shape("text that is cut", filled("\u00f0\u009f\u0098").substring(0, MAX - 1)),
        new Shape("orders", filled(ORDER + "}")));
  }

  private static Stream<Shape> fields() {
    return Stream.of(
        value("a long text", '"' + room("x", 2) + '"'),
        value("a text of escapes", '"' + room("\\u0041", 2) + '"'),
        value("a text of wide characters", '"' + room("\u00f0\u009f\u0098\u0080", 2) + '"'),
        value("half a text", '"' + room("x", 1)),
        value("many digits", room("1", 0)),
        value("many digits after the point", "0." + room("1", 2)),
        value("many digits in the exponent", "1e" + room("9", 2)),
        value("long numbers", '[' + room("1".repeat(64) + ",", 4) + "1]"),
        value("exponents", '[' + room("1e-99999999,", 4) + "1]"),
        value("empty lists", '[' + room("[],", 4) + "1]"),
        value("empty objects", '[' + room("{},", 4) + "1]"),
        value("nulls", '[' + room("null,", 4) + "1]"),
        value("as deep as may be", '[' + room(nested(14) + ",", 4) + "1]"),
        value("one level too deep at the end", '[' + room("[],", 40) + nested(15) + ']'),
        new Shape("a long name", ORDER + ",\"" + room("x", 8) + "\":1}"),
        keys("short keys", i -> Integer.toString(i, 36)),
        keys("long keys", i -> "x".repeat(1_000) + i),
        keys("keys with the same hash in Java", i -> spelt(i, "Aa", "BB")),
        keys("keys with the same hash in the parser", i -> spelt(i, "Ab", "BA")),
        keys("escaped keys", i -> "\\u00" + Integer.toHexString(0x20 + i % 0x50) + i),
        keys("one key again and again", i -> "qty"),
        keys("a key again at the end", i -> Integer.toString(i % 10_000)));
  }

  private static Shape value(String name, String value) {
    return new Shape(name, ORDER + ",\"x\":" + value + '}');
  }

  /** As many fields as there is room for. */
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

  /** As much as there is room for in a field {@code x} of an order, less {@code others}. */
  private static String room(String piece, int others) {
    return piece.repeat((MAX - ORDER.length() - 6 - others) / piece.length());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nasty")
  void hostileInputDecodesOrFailsWithinLimits(Shape shape) throws Exception {
    byte[] body = shape.bytes();
    assertTrue(body.length <= MAX && body.length > MAX / 2, "bytes: " + body.length);
    var decoding = new Decoding(body);
    decoding.start();
    assertTrue(decoding.join(LIMIT), "still at it");
    assertNull(decoding.thrown);
    assertTrue(decoding.allocated < MAX_ALLOCATED, "allocated " + decoding.allocated);
    byte[] good = (ORDER + '}').getBytes(ISO_8859_1);
    assertEquals("o", EventCodec.decodeOrderPlaced(good).orderId(), "the next good one");
  }

  @Test
  void largerBodyIsNotParsed() throws Exception {
    var decoding = new Decoding(new byte[64 * 1024 * 1024]);
    decoding.start();
    assertTrue(decoding.join(LIMIT));
    assertNull(decoding.thrown);
    assertNull(decoding.taken);
    assertTrue(decoding.allocated < MAX, "allocated " + decoding.allocated);
  }
}
