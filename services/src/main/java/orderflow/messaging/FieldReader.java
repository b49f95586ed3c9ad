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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads AMQP fields with RabbitMQ's types (https://www.rabbitmq.com/amqp-0-9-1-errata#section_3).
 * The client library knows fewer types and changes some values: a timestamp out of its range, a
 * text that is not UTF-8. Malformed input throws IllegalArgumentException or
 * BufferUnderflowException.
 */
final class FieldReader {
  /** The depth of nested tables that other clients read. */
  private static final int MAX_LEVELS = 32;

  private static final int LAST_YEAR = 9999;

  private final ByteBuffer in;

  FieldReader(byte[] bytes, int from) {
    this.in = ByteBuffer.wrap(bytes).position(from);
  }

  int position() {
    return in.position();
  }

  void skip(int length) {
    in.position(in.position() + length);
  }

  void skipShortString() {
    skip(octet());
  }

  /** Skips a field that starts with its length as four bytes. */
  void skipSized() {
    in.position(end());
  }

  int octet() {
    return in.get() & 0xff;
  }

  /** Reads a length of four bytes; returns where the field ends. */
  private int end() {
    long end = (in.getInt() & 0xffff_ffffL) + in.position();
    if (end > in.limit()) {
      throw new IllegalArgumentException("a field is longer than its message");
    }
    return (int) end;
  }

  void skipValue() {
    skipValue(0);
  }

  private void skipValue(int level) {
    switch (octet()) {
      case 'V' -> {}
      case 't', 'b', 'B' -> skip(1);
      case 's', 'u' -> skip(2);
      case 'I', 'i', 'f' -> skip(4);
      case 'D' -> skip(5);
      case 'l', 'L', 'd', 'T' -> skip(8);
      case 'S', 'x' -> skipSized();
      case 'F' -> skipNested(true, level);
      case 'A' -> skipNested(false, level);
      default -> throw new IllegalArgumentException("unknown type of a field");
    }
  }

  private void skipNested(boolean named, int level) {
    int end = end();
    while (level < MAX_LEVELS && position() < end) {
      if (named) {
        skipShortString();
      }
      skipValue(level + 1);
    }
    if (position() != end) {
      throw new IllegalArgumentException("a nested field is too deep, or its length is wrong");
    }
  }

  /**
   * Reads a value that {@link #skipValue} accepts; a text that is not UTF-8 is returned as bytes.
   */
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
      case 'S' -> text(sized());
      case 'x' -> sized();
      case 'F' -> table();
      case 'A' -> list();
      default -> null;
    };
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private byte[] sized() {
    return bytes(end() - position());
  }

  String shortString() {
    return new String(bytes(octet()), StandardCharsets.UTF_8);
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
    while (position() < end) {
      table.put(shortString(), value());
    }
    return table;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    int end = end();
    while (position() < end) {
      list.add(value());
    }
    return list;
  }

  /** An {@link Instant}; the number itself when it is no time between the years 0 and 9999. */
  static Object time(long seconds) {
    try {
      Instant time = Instant.ofEpochSecond(seconds);
      int year = time.atOffset(ZoneOffset.UTC).getYear();
      return year >= 0 && year <= LAST_YEAR ? time : (Object) seconds;
    } catch (DateTimeException e) {
      return seconds;
    }
  }
}
