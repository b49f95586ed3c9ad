package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

class MessagePropertiesPropertyTest {
  private static final int PREFIX = 12;
  private static final short HEADERS_ONLY = 1 << 13;

  /** Any bytes as header table are forwarded unchanged, or as the value of one header. */
  @Property
  void anyHeaderTableIsKept(@ForAll byte[] table) {
    byte[] fields =
        ByteBuffer.allocate(Short.BYTES + Integer.BYTES + table.length)
            .putShort(HEADERS_ONLY)
            .putInt(table.length)
            .put(table)
            .array();
    assertKept(fields, table, MessageProperties.KEPT_HEADERS);
  }

  /** Any properties are forwarded unchanged, or as the value of one header. */
  @Property
  void anyPropertiesAreKept(@ForAll byte[] fields) {
    assertKept(fields, fields, MessageProperties.KEPT_PROPERTIES);
  }

  private static void assertKept(byte[] fields, byte[] malformed, String name) {
    MessageProperties received = MessageProperties.received(fields);
    Object kept = received.headers().get(name);
    if (kept == null) {
      assertArrayEquals(fields, fieldsOf(received));
    } else {
      assertArrayEquals(malformed, (byte @Nullable []) kept);
    }
    assertArrayEquals(received.encode(), MessageProperties.decode(received.encode()).encode());
  }

  private static byte[] fieldsOf(MessageProperties properties) {
    byte[] encoded = properties.encode();
    return Arrays.copyOfRange(encoded, PREFIX, encoded.length);
  }
}
