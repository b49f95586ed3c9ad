package orderflow.badinput;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Properties as bytes that the client library cannot encode: texts that are not UTF-8, unknown
 * header types, deeply nested tables.
 */
final class RawProperties extends BasicProperties {
  private static final int BASIC_CLASS = 60;
  private static final int HEADERS = 1 << 13;
  private static final int SHORT_STRINGS = (1 << 10) | (1 << 9) | (1 << 7) | (1 << 3) | (1 << 2);
  private static final int HOW_MANY_SHORT_STRINGS = 5;

  private final byte[] flagsAndFields;

  private RawProperties(byte[] flagsAndFields) {
    this.flagsAndFields = flagsAndFields;
  }

  /** Writes one part of a message's properties. */
  @FunctionalInterface
  interface Part {
    void to(DataOutputStream out) throws IOException;
  }

  /** Headers only; {@code entries} are the bytes of the table. */
  static RawProperties headers(byte[] entries) {
    return new RawProperties(
        bytes(out -> {
          out.writeShort(HEADERS);
          out.writeInt(entries.length);
          out.write(entries);
        }));
  }

  /** Correlation id, reply-to, message id, app id and cluster id: all the same bytes. */
  static RawProperties shortStrings(byte[] text) {
    return new RawProperties(
        bytes(out -> {
          out.writeShort(SHORT_STRINGS);
          for (int i = 0; i < HOW_MANY_SHORT_STRINGS; i++) {
            out.writeByte(text.length);
            out.write(text);
          }
        }));
  }

  /** One entry of a table: name, type and the bytes of the value. */
  static byte[] entry(String name, char type, byte[] value) {
    return entry(name.getBytes(StandardCharsets.ISO_8859_1), type, value);
  }

  static byte[] entry(byte[] name, char type, byte[] value) {
    return bytes(out -> {
      out.writeByte(name.length);
      out.write(name);
      out.writeByte(type);
      out.write(value);
    });
  }

  /** {@code value} with its length before it, as long strings, tables and arrays have it. */
  static byte[] sized(byte[] value) {
    return bytes(out -> {
      out.writeInt(value.length);
      out.write(value);
    });
  }

  static byte[] bytes(Part part) {
    try {
      var bytes = new ByteArrayOutputStream();
      part.to(new DataOutputStream(bytes));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Frame toFrame(int channel, long bodySize) throws IOException {
    var frame = new Frame(AMQP.FRAME_HEADER, channel);
    DataOutputStream out = frame.getOutputStream();
    out.writeShort(BASIC_CLASS);
    out.writeShort(0);
    out.writeLong(bodySize);
    out.write(flagsAndFields);
    return frame;
  }
}
