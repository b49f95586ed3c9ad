package orderflow.messaging;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message's properties in AMQP's encoding, and where each of them is. Immutable. */
final class ContentHeader {
  /** The properties in AMQP's order. */
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

    /** Of the flag that marks it as present. */
    private final int bit;

    Field(int bit) {
      this.bit = bit;
    }

    String amqpName() {
      return name().toLowerCase(Locale.ROOT);
    }

    private int flag() {
      return 1 << bit;
    }

    private boolean isOctet() {
      return this == DELIVERY_MODE || this == PRIORITY;
    }

    private void skip(FieldReader reader) {
      if (this == HEADERS) {
        reader.skipSized();
      } else if (isOctet()) {
        reader.skip(1);
      } else if (this == TIMESTAMP) {
        reader.skip(Long.BYTES);
      } else {
        reader.skipShortString();
      }
    }
  }

  private static final Field[] FIELDS = Field.values();

  /** Unused by AMQP's 14 properties. */
  private static final int OTHER_FLAGS = 0b11;

  private final byte[] bytes;
  private final int[] starts = new int[Short.SIZE];
  private final int[] ends = new int[Short.SIZE];

  /**
   * @param bytes the flags and the fields; the table of headers is not checked
   * @throws IllegalArgumentException when they are malformed
   */
  ContentHeader(byte[] bytes) {
    this.bytes = bytes;
    try {
      var reader = new FieldReader(bytes, 0);
      int flags = reader.octet() << Byte.SIZE | reader.octet();
      for (Field field : FIELDS) {
        if ((flags & field.flag()) != 0) {
          starts[field.bit] = reader.position();
          field.skip(reader);
          ends[field.bit] = reader.position();
        }
      }
      if ((flags & OTHER_FLAGS) != 0 || reader.position() != bytes.length) {
        throw new IllegalArgumentException("unknown flags, or bytes after the properties");
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the properties are incomplete", e);
    }
  }

  /** Headers and nothing else. */
  static ContentHeader ofHeaders(byte[] table) {
    return new ContentHeader(
        ByteBuffer.allocate(Short.BYTES + Integer.BYTES + table.length)
            .putShort((short) Field.HEADERS.flag())
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

  /** Where a present field begins. */
  int start(Field field) {
    return starts[field.bit];
  }

  int end(Field field) {
    return ends[field.bit];
  }

  /** A text, or null when it is absent. */
  @Nullable String text(Field field) {
    return has(field) ? new FieldReader(bytes, start(field)).shortString() : null;
  }

  /** The bytes of a text without its length, or of an octet; null when it is absent. */
  byte @Nullable [] content(Field field) {
    return has(field)
        ? Arrays.copyOfRange(bytes, start(field) + (field.isOctet() ? 0 : 1), end(field))
        : null;
  }

  /**
   * The same with other fields.
   *
   * @param replaced in AMQP's encoding; an empty value removes the field
   */
  ContentHeader with(Map<Field, byte[]> replaced) {
    int flags = 0;
    var fields = new ByteArrayOutputStream(bytes.length);
    for (Field field : FIELDS) {
      byte[] other = replaced.get(field);
      int before = fields.size();
      if (other != null) {
        fields.writeBytes(other);
      } else {
        fields.write(bytes, start(field), end(field) - start(field));
      }
      if (fields.size() > before) {
        flags |= field.flag();
      }
    }
    return new ContentHeader(
        ByteBuffer.allocate(Short.BYTES + fields.size())
            .putShort((short) flags)
            .put(fields.toByteArray())
            .array());
  }

  /** A human-readable value; null when it is absent, and for the headers. */
  @Nullable Object value(Field field) {
    if (!has(field) || field == Field.HEADERS) {
      return null;
    }
    if (field == Field.TIMESTAMP) {
      return FieldReader.time(ByteBuffer.wrap(bytes).getLong(start(field)));
    }
    return field.isOctet() ? (Object) (bytes[start(field)] & 0xff) : text(field);
  }
}
