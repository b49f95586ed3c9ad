package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ReadableHeadersPropertyTest {
  private static final int BEFORE_FLAGS = 12;
  private static final short HEADERS_ONLY = 1 << 13;

  /** A table of any bytes comes out as one that the client reads, with nothing lost. */
  @Property
  void anyTableIsReadable(@ForAll byte[] table) {
    byte[] payload =
        ByteBuffer.allocate(BEFORE_FLAGS + Short.BYTES + Integer.BYTES + table.length)
            .position(BEFORE_FLAGS)
            .putShort(HEADERS_ONLY)
            .putInt(table.length)
            .put(table)
            .array();
    Frame readable = ReadableHeaders.of(new Frame(AMQP.FRAME_HEADER, 1, payload));
    Object kept = Properties.decode(readable.getPayload()).headers().get(ReadableHeaders.KEPT);
    if (kept != null) {
      assertArrayEquals(table, (byte[]) kept);
    }
  }
}
