package orderflow.messaging;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One header in AMQP's encoding. It is forwarded as these bytes, so that any type and value stays
 * unchanged. Immutable.
 *
 * @param bytes contain the entry, among others
 * @param start of the name, with its length
 * @param type start of the value, with its type
 * @param end of the value
 */
record HeaderEntry(byte[] bytes, int start, int type, int end) {

  /** The entries of the table from {@code from} to {@code to}; empty when it is malformed. */
  static Optional<List<HeaderEntry>> table(byte[] bytes, int from, int to) {
    List<HeaderEntry> entries = new ArrayList<>();
    try {
      var reader = new FieldReader(bytes, from);
      while (reader.position() < to) {
        int start = reader.position();
        reader.skipShortString();
        int type = reader.position();
        reader.skipValue();
        entries.add(new HeaderEntry(bytes, start, type, reader.position()));
      }
      return reader.position() == to ? Optional.of(entries) : Optional.empty();
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  /** A table of {@code entries}, without its length. */
  static byte[] encoded(List<HeaderEntry> entries) {
    var table = new ByteArrayOutputStream(entries.stream().mapToInt(HeaderEntry::size).sum());
    entries.forEach(entry -> table.write(entry.bytes, entry.start, entry.size()));
    return table.toByteArray();
  }

  static HeaderEntry text(String name, String value) {
    return sized(name, 'S', value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param type of a value that starts with its length
   */
  static HeaderEntry sized(String name, char type, byte[] value) {
    return of(
        name,
        ByteBuffer.allocate(1 + Integer.BYTES + value.length)
            .put((byte) type)
            .putInt(value.length)
            .put(value)
            .array());
  }

  static HeaderEntry number(String name, int value) {
    return of(name, ByteBuffer.allocate(1 + Integer.BYTES).put((byte) 'I').putInt(value).array());
  }

  static HeaderEntry number(String name, long value) {
    return of(name, ByteBuffer.allocate(1 + Long.BYTES).put((byte) 'l').putLong(value).array());
  }

  /** A list that has the elements of {@code earlier} and then {@code tables}. */
  static HeaderEntry list(String name, Optional<HeaderEntry> earlier, List<byte[]> tables) {
    var list = new ByteArrayOutputStream();
    earlier.map(HeaderEntry::content).ifPresent(list::writeBytes);
    for (byte[] table : tables) {
      list.write('F');
      list.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(table.length).array());
      list.writeBytes(table);
    }
    return sized(name, 'A', list.toByteArray());
  }

  private static HeaderEntry of(String name, byte[] typeAndValue) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] entry =
        ByteBuffer.allocate(1 + text.length + typeAndValue.length)
            .put((byte) text.length)
            .put(text)
            .put(typeAndValue)
            .array();
    return new HeaderEntry(entry, 0, 1 + text.length, entry.length);
  }

  HeaderEntry renamed(String name) {
    return of(name, Arrays.copyOfRange(bytes, type, end));
  }

  String name() {
    return new FieldReader(bytes, start).shortString();
  }

  /** A header whose value is the name of this one, in its own bytes. */
  HeaderEntry nameAs(String name) {
    return sized(name, 'S', Arrays.copyOfRange(bytes, start + 1, type));
  }

  boolean isNamed(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(text, 0, text.length, bytes, start + 1, type);
  }

  char typeName() {
    return (char) (bytes[type] & 0xff);
  }

  int size() {
    return end - start;
  }

  @Nullable Object value() {
    return new FieldReader(bytes, type).value();
  }

  /** The value's bytes, without a length before them. */
  byte[] content() {
    int content = type + 1 + ("SxFA".indexOf(typeName()) < 0 ? 0 : Integer.BYTES);
    return Arrays.copyOfRange(bytes, content, end);
  }
}
