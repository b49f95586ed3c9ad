package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes any message's headers readable for the client. At a header whose type it does not know, or
 * that is nested too deep for it, the client drops its connection; and since the broker then
 * delivers the message again, one message would hold up its queue for good. RabbitMQ passes such
 * headers on as they come.
 *
 * <p>Headers that stay unreadable travel on as their bytes, in one header, {@link #KEPT}. Looks at
 * each message, so it builds nothing where nothing is wrong.
 */
final class ReadableHeaders {
  /** The header that holds the bytes of a header table that cannot be read. */
  static final String KEPT = "x-orderflow-original-headers";

  /** The client's own limit. */
  private static final int MAX_LEVELS = 32;

  private static final int FLAGS = 12;
  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;

  private final byte[] bytes;
  private int at;
  private boolean hasOtherNames;
  private boolean renaming;

  private ReadableHeaders(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  /** A frame that the client can read, where it is given the header frame of a message. */
  static Frame of(Frame frame) {
    if (frame.getType() != AMQP.FRAME_HEADER) {
      return frame;
    }
    byte[] payload = frame.getPayload();
    try {
      var table = new ReadableHeaders(payload, FLAGS);
      if (!table.isThere()) {
        return frame;
      }
      int start = table.at;
      int end = table.end();
      if (!table.isReadable(end)) {
        return kept(frame, start, end);
      }
      table.renameTypes(start, end);
      return frame;
    } catch (IndexOutOfBoundsException e) {
      return frame; // no content header at all, which is for the client to say
    }
  }

  /** Moves to the header table, if there is one. */
  private boolean isThere() {
    int flags = unsigned(2);
    if ((flags & HEADERS) == 0) {
      return false;
    }
    if ((flags & CONTENT_TYPE) != 0) {
      skip(unsigned(1));
    }
    if ((flags & CONTENT_ENCODING) != 0) {
      skip(unsigned(1));
    }
    return true;
  }

  private void renameTypes(int start, int end) {
    if (hasOtherNames) {
      at = start + Integer.BYTES;
      renaming = true;
      if (!isTableReadable(end, 0)) {
        throw new IllegalStateException("it was readable before");
      }
    }
  }

  private boolean isReadable(int end) {
    try {
      return isTableReadable(end, 0);
    } catch (IndexOutOfBoundsException e) {
      return false;
    }
  }

  private boolean isTableReadable(int end, int level) {
    while (at < end) {
      skip(unsigned(1)); // the name
      if (!isValueReadable(level)) {
        return false;
      }
    }
    return at == end;
  }

  private boolean isListReadable(int end, int level) {
    while (at < end) {
      if (!isValueReadable(level)) {
        return false;
      }
    }
    return at == end;
  }

  private boolean isValueReadable(int level) {
    int type = unsigned(1);
    switch (type) {
      case 'V' -> {}
      case 't', 'b', 'B' -> skip(1);
      case 's', 'u' -> skip(2);
      case 'I', 'i', 'f' -> skip(4);
      case 'D' -> skip(5);
      case 'l', 'd', 'T' -> skip(8);
      case 'L' -> { // to RabbitMQ another name of 'l', to the client none
        hasOtherNames = true;
        if (renaming) {
          bytes[at - 1] = 'l';
        }
        skip(8);
      }
      case 'S', 'x' -> at = end();
      case 'F' -> {
        return level < MAX_LEVELS && isTableReadable(end(), level + 1);
      }
      case 'A' -> {
        return level < MAX_LEVELS && isListReadable(end(), level + 1);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Where that which begins with its length ends. */
  private int end() {
    long length = unsigned(4) & 0xffff_ffffL;
    return Math.toIntExact(requireWithin(at + length));
  }

  private void skip(int length) {
    at = (int) requireWithin((long) at + length);
  }

  private long requireWithin(long position) {
    if (position > bytes.length) {
      throw new IndexOutOfBoundsException("a header ends behind its message");
    }
    return position;
  }

  private int unsigned(int length) {
    int value = 0;
    for (int i = 0; i < length; i++) {
      value = (value << 8) | (bytes[at++] & 0xff);
    }
    return value;
  }

  /** The same properties, with one header that holds the table as it is. */
  private static Frame kept(Frame frame, int start, int end) {
    byte[] payload = frame.getPayload();
    byte[] name = KEPT.getBytes(StandardCharsets.US_ASCII);
    int table = end - start - Integer.BYTES;
    int wrapped = 1 + name.length + 1 + Integer.BYTES + table;
    ByteBuffer readable =
        ByteBuffer.allocate(payload.length - table + wrapped)
            .put(payload, 0, start)
            .putInt(wrapped)
            .put((byte) name.length)
            .put(name)
            .put((byte) 'x')
            .putInt(table)
            .put(payload, start + Integer.BYTES, table)
            .put(payload, end, payload.length - end);
    return new Frame(frame.getType(), frame.getChannel(), readable.array());
  }
}
