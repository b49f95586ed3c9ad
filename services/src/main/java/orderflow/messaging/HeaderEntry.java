package orderflow.messaging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One header of a message as AMQP encodes it: its name, its type and its value. It is passed on as
 * these bytes, so that it keeps its type and its value whatever they are. Immutable.
 *
 * @param bytes holds the entry, and others
 * @param start where its name begins, with its length
 * @param type where its value begins, with its type
 * @param end of its value
 */
record HeaderEntry(byte[] bytes, int start, int type, int end) {

  /** The entries of the table at {@code from} to {@code to}; empty when it is not well-formed. */
  static Optional<List<HeaderEntry>> table(byte[] bytes, int from, int to) {
    List<HeaderEntry> entries = new ArrayList<>();
    var reader = new FieldReader(bytes, from);
    try {
      while (reader.at() < to) {
        int start = reader.at();
        reader.skipShortString();
        int type = reader.at();
        if (!reader.skipValue()) {
          return Optional.empty();
        }
        entries.add(new HeaderEntry(bytes, start, type, reader.at()));
      }
    } catch (IndexOutOfBoundsException e) {
      return Optional.empty();
    }
    return reader.at() == to ? Optional.of(entries) : Optional.empty();
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
   * @param type of a value that begins with its length
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

  /**
   * A list of tables.
   *
   * @param earlier whose elements stand before them
   */
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

  /** The same value under another name. */
  HeaderEntry renamed(String name) {
    return of(name, Arrays.copyOfRange(bytes, type, end));
  }

  String name() {
    return new FieldReader(bytes, start).shortString();
  }

  /** A header of its own that holds this one's name. */
  HeaderEntry nameAs(String name) {
    return sized(name, 'S', Arrays.copyOfRange(bytes, start + 1, type));
  }

  boolean isNamed(String ascii) {
    int length = type - start - 1;
    if (length != ascii.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[start + 1 + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
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

  /** The value's own bytes, without a length before them. */
  byte[] content() {
    int content = type + 1 + ("SxFA".indexOf(typeName()) < 0 ? 0 : Integer.BYTES);
    return Arrays.copyOfRange(bytes, content, end);
  }
}
