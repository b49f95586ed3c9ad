package orderflow.messaging;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields in AMQP's encoding, with the types that RabbitMQ uses
 * (https://www.rabbitmq.com/amqp-0-9-1-errata#section_3). The client library knows fewer types, and
 * reads some values as others: a timestamp beyond its range, a text that is not UTF-8.
 *
 * <p>Throws {@link IndexOutOfBoundsException} where a field ends behind its message.
 */
final class FieldReader {
  /** As deep as other clients read tables within tables. */
  private static final int MAX_LEVELS = 32;

  private static final int LAST_YEAR = 9999;

  private final byte[] bytes;
  private final ByteBuffer in;

  FieldReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
    move(from);
  }

  int at() {
    return in.position();
  }

  /** Goes past {@code length} bytes. */
  void skip(int length) {
    move((long) in.position() + length);
  }

  void skipShortString() {
    skip(octet());
  }

  int octet() {
    need(1);
    return in.get() & 0xff;
  }

  /** Where that which begins with its length ends. */
  int end() {
    need(Integer.BYTES);
    long end = (in.getInt() & 0xffff_ffffL) + in.position();
    if (end > bytes.length) {
      throw new IndexOutOfBoundsException("a field ends behind its message");
    }
    return (int) end;
  }

  /** Goes past a value; whether this is one, not nested too deep. */
  boolean skipValue() {
    return skipValue(0);
  }

  private boolean skipValue(int level) {
    switch (octet()) {
      case 'V' -> {}
      case 't', 'b', 'B' -> skip(1);
      case 's', 'u' -> skip(2);
      case 'I', 'i', 'f' -> skip(4);
      case 'D' -> skip(5);
      case 'l', 'L', 'd', 'T' -> skip(8);
      case 'S', 'x' -> move(end());
      case 'F' -> {
        return skipNested(true, level);
      }
      case 'A' -> {
        return skipNested(false, level);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean skipNested(boolean named, int level) {
    int end = end();
    while (level < MAX_LEVELS && at() < end) {
      if (named) {
        skipShortString();
      }
      if (!skipValue(level + 1)) {
        return false;
      }
    }
    return at() == end;
  }

  /** The next value, which {@link #skipValue} went past before; bytes where a text is no UTF-8. */
  @Nullable Object value() {
    return switch (octet()) {
      case 't' -> octet() != 0;
      case 'b' -> in.get();
      case 'B' -> octet();
      case 's' -> in.getShort();
      case 'u' -> Short.toUnsignedInt(in.getShort());
      case 'I' -> in.getInt();
      case 'i' -> Integer.toUnsignedLong(in.getInt());
      case 'l', 'L' -> in.getLong();
      case 'f' -> in.getFloat();
      case 'd' -> in.getDouble();
      case 'D' -> {
        int scale = octet();
        yield new BigDecimal(BigInteger.valueOf(in.getInt()), scale);
      }
      case 'T' -> time(in.getLong());
      case 'S' -> text(taken());
      case 'x' -> taken();
      case 'F' -> table();
      case 'A' -> list();
      default -> null;
    };
  }

  private byte[] taken() {
    byte[] taken = Arrays.copyOfRange(bytes, at() + Integer.BYTES, end());
    skip(taken.length);
    return taken;
  }

  private static Object text(byte[] encoded) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
    } catch (CharacterCodingException e) {
      return encoded;
    }
  }

  private Map<String, Object> table() {
    Map<String, Object> table = new LinkedHashMap<>();
    int end = end();
    while (at() < end) {
      table.put(shortString(), value());
    }
    return table;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    int end = end();
    while (at() < end) {
      list.add(value());
    }
    return list;
  }

  String shortString() {
    int length = octet();
    need(length);
    String text = new String(bytes, at(), length, StandardCharsets.UTF_8);
    skip(length);
    return text;
  }

  /** AMQP counts seconds; what makes no sense as such stays the number that it is. */
  static Object time(long seconds) {
    try {
      Instant time = Instant.ofEpochSecond(seconds);
      int year = time.atOffset(ZoneOffset.UTC).getYear();
      return year >= 0 && year <= LAST_YEAR ? time : (Object) seconds;
    } catch (DateTimeException e) {
      return seconds;
    }
  }

  private void need(int length) {
    if (length > in.remaining()) {
      throw new IndexOutOfBoundsException("a field ends behind its message");
    }
  }

  private void move(long position) {
    if (position > bytes.length) {
      throw new IndexOutOfBoundsException("a field ends behind its message");
    }
    in.position((int) position);
  }
}
