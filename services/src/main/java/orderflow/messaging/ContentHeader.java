package orderflow.messaging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message's properties as AMQP encodes them: which there are, and the bytes of each. Immutable.
 */
final class ContentHeader {
  /** The properties in AMQP's order, each with how it is encoded. */
  enum Field {
    CONTENT_TYPE(15),
    CONTENT_ENCODING(14),
    HEADERS(13),
    DELIVERY_MODE(12),
    PRIORITY(11),
    CORRELATION_ID(10),
    REPLY_TO(9),
    EXPIRATION(8),
    MESSAGE_ID(7),
    TIMESTAMP(6),
    TYPE(5),
    USER_ID(4),
    APP_ID(3),
    CLUSTER_ID(2);

    /** Of the flag that says that it is there. */
    private final int bit;

    Field(int bit) {
      this.bit = bit;
    }

    /** As AMQP has it. */
    String amqpName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    private int flag() {
      return 1 << bit;
    }

    private void skip(FieldReader reader) {
      switch (this) {
        case HEADERS -> reader.skip(reader.end() - reader.at());
        case DELIVERY_MODE, PRIORITY -> reader.skip(1);
        case TIMESTAMP -> reader.skip(Long.BYTES);
        case CONTENT_TYPE,
            CONTENT_ENCODING,
            CORRELATION_ID,
            REPLY_TO,
            EXPIRATION,
            MESSAGE_ID,
            TYPE,
            USER_ID,
            APP_ID,
            CLUSTER_ID ->
            reader.skipShortString();
      }
    }
  }

  private static final Field[] FIELDS = Field.values();

  /** AMQP keeps these for more than one word of flags, of which its properties have no need. */
  private static final int OTHER_FLAGS = 0b11;

  private final byte[] bytes;
  private final int[] starts = new int[Short.SIZE];
  private final int[] ends = new int[Short.SIZE];

  private ContentHeader(byte[] bytes) {
    this.bytes = bytes;
    var reader = new FieldReader(bytes, 0);
    int flags = reader.octet() << Byte.SIZE | reader.octet();
    if ((flags & OTHER_FLAGS) != 0) {
      throw new IllegalArgumentException("the flags are not those of properties");
    }
    for (Field field : FIELDS) {
      if ((flags & field.flag()) != 0) {
        starts[field.bit] = reader.at();
        field.skip(reader);
        ends[field.bit] = reader.at();
      }
    }
    if (reader.at() != bytes.length) {
      throw new IllegalArgumentException("something stands behind the properties");
    }
  }

  /**
   * @param bytes the flags and the fields
   * @throws IllegalArgumentException when they are not well-formed; nothing is said of the table of
   *     headers
   */
  static ContentHeader of(byte[] bytes) {
    try {
      return new ContentHeader(bytes);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the properties end too early", e);
    }
  }

  /** Headers and nothing else. */
  static ContentHeader ofHeaders(byte[] table) {
    int flags = Field.HEADERS.flag();
    return of(
        ByteBuffer.allocate(Short.BYTES + Integer.BYTES + table.length)
            .putShort((short) flags)
            .putInt(table.length)
            .put(table)
            .array());
  }

  /** The flags and the fields, not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  boolean has(Field field) {
    return ends[field.bit] > 0;
  }

  /** Where a field begins that is there. */
  int start(Field field) {
    return starts[field.bit];
  }

  int end(Field field) {
    return ends[field.bit];
  }

  /** A field that is a text; null when it is absent. */
  @Nullable String text(Field field) {
    return has(field) ? new FieldReader(bytes, start(field)).shortString() : null;
  }

  /** A field that is a text, without its length, or is one byte; null when it is absent. */
  byte @Nullable [] content(Field field) {
    if (!has(field)) {
      return null;
    }
    int length = field == Field.DELIVERY_MODE || field == Field.PRIORITY ? 0 : 1;
    return Arrays.copyOfRange(bytes, start(field) + length, end(field));
  }

  /**
   * The same with other fields.
   *
   * @param replaced in AMQP's encoding; absent where that is empty
   */
  ContentHeader with(Map<Field, byte[]> replaced) {
    Map<Field, byte[]> fields = new EnumMap<>(Field.class);
    int flags = 0;
    for (Field field : FIELDS) {
      byte[] own = Arrays.copyOfRange(bytes, start(field), end(field));
      byte[] value = replaced.getOrDefault(field, own);
      if (value.length > 0) {
        flags |= field.flag();
        fields.put(field, value);
      }
    }
    var out = new ByteArrayOutputStream(bytes.length);
    out.write(flags >> Byte.SIZE);
    out.write(flags);
    fields.values().forEach(out::writeBytes);
    return of(out.toByteArray());
  }

  /** As people read it; null when it is absent. */
  @Nullable Object value(Field field) {
    if (!has(field)) {
      return null;
    }
    return switch (field) {
      case HEADERS -> null;
      case DELIVERY_MODE, PRIORITY -> bytes[start(field)] & 0xff;
      case TIMESTAMP -> FieldReader.time(ByteBuffer.wrap(bytes).getLong(start(field)));
      case CONTENT_TYPE,
          CONTENT_ENCODING,
          CORRELATION_ID,
          REPLY_TO,
          EXPIRATION,
          MESSAGE_ID,
          TYPE,
          USER_ID,
          APP_ID,
          CLUSTER_ID ->
          text(field);
    };
  }
}
