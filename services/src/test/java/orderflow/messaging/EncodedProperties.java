package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.Frame;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Properties as another program encodes them, of every type that AMQP has for a header and with
 * every property, and with values that the Java client reads as others.
 *
 * @param fields the flags and the fields
 */
record EncodedProperties(String name, byte[] fields) {
  static final long NANOSECONDS = 1_764_514_800_123_456_789L;

  /** Class, weight and size of the body, which come before the flags. */
  private static final int HEADER_BYTES = 12;

  private static final int HEADERS = 1 << 13;
  private static final int DELIVERY_MODE = 1 << 12;
  private static final byte[] NOT_UTF_8 = {(byte) 0xff, (byte) 0xfe, 0, 'x'};

  private interface Part {
    void to(DataOutputStream out) throws IOException;
  }

  static List<EncodedProperties> all() {
    List<EncodedProperties> all = new ArrayList<>();
    byte[] table = bytes(EncodedProperties::everyType);
    all.add(headers("every type", table));
    all.add(headers("every type in a table", bytes(out -> entry(out, "t", 'F', sized(table)))));
    all.add(
        headers(
            "a list of tables",
            bytes(out ->
                entry(
                    out,
                    "l",
                    'A',
                    sized(
                        bytes(list -> {
                          list.write('F');
                          list.write(sized(table));
                          list.write('F');
                          list.write(sized(table));
                        }))))));
    // RabbitMQ refuses it
    byte[] notANumber = {0x7f, (byte) 0xc0, 0, 1};
    all.add(headers("not a number", bytes(out -> entry(out, "f", 'f', notANumber))));
    all.add(headers("type L", bytes(out -> entry(out, "n", 'L', longs(-2)))));
    all.add(headers("text that is no UTF-8", bytes(out -> entry(out, "n", 'S', sized(NOT_UTF_8)))));
    all.add(
        headers(
            "names that are no UTF-8",
            bytes(out -> {
              out.writeByte(NOT_UTF_8.length);
              out.write(NOT_UTF_8);
              out.write('V');
            })));
    all.add(
        headers(
            "names of ours",
            bytes(out -> {
              entry(out, "x-orderflow-tenant", 'S', sized("acme".getBytes(StandardCharsets.UTF_8)));
              entry(out, "x-orderflow-", 's', new byte[] {1, 2});
            })));
    all.add(new EncodedProperties("every property", bytes(EncodedProperties::everyProperty)));
    return all;
  }

  /** Headers, and persistent, which a dead letter is in any case. */
  private static EncodedProperties headers(String name, byte[] table) {
    return new EncodedProperties(
        name,
        bytes(out -> {
          out.writeShort(HEADERS | DELIVERY_MODE);
          out.write(sized(table));
          out.writeByte(2);
        }));
  }

  private static void everyType(DataOutputStream out) throws IOException {
    for (char type : "tbB".toCharArray()) {
      entry(out, "one " + type, type, new byte[] {(byte) 0xff});
    }
    for (char type : "su".toCharArray()) {
      entry(out, "two " + type, type, new byte[] {(byte) 0xff, 1});
    }
    for (char type : "Ii".toCharArray()) {
      entry(out, "four " + type, type, new byte[] {(byte) 0xff, 1, 2, 3});
    }
    entry(out, "l", 'l', longs(Long.MIN_VALUE));
    entry(out, "milliseconds", 'T', longs(NANOSECONDS / 1_000_000));
    entry(out, "nanoseconds", 'T', longs(NANOSECONDS));
    entry(out, "before 1970", 'T', longs(-1));
    entry(out, "minus zero", 'f', new byte[] {(byte) 0x80, 0, 0, 0});
    entry(out, "double", 'd', longs(Double.doubleToRawLongBits(0.1)));
    entry(out, "decimal", 'D', new byte[] {(byte) 200, (byte) 0xff, 0, 0, 1});
    entry(out, "void", 'V', new byte[0]);
    entry(out, "text", 'S', sized("\u00e4".getBytes(StandardCharsets.UTF_8)));
    entry(out, "bytes", 'x', sized(NOT_UTF_8));
    entry(out, "empty table", 'F', sized(new byte[0]));
    entry(out, "empty list", 'A', sized(new byte[0]));
  }

  private static void everyProperty(DataOutputStream out) throws IOException {
    // except expiration and user id, which a dead letter moves to headers
    out.writeShort(0b1111_1110_1110_1100);
    shortString(out, "text/strange");
    shortString(out, "utf-8");
    out.write(sized(bytes(table -> entry(table, "s", 's', new byte[] {1, 2}))));
    out.writeByte(2);
    out.writeByte(255);
    shortString(out, "correlation");
    shortString(out, "reply");
    shortString(out, "id");
    out.writeLong(NANOSECONDS);
    shortString(out, "type");
    out.writeByte(NOT_UTF_8.length);
    out.write(NOT_UTF_8);
    shortString(out, "x".repeat(255));
  }

  /** For the client to send. */
  BasicProperties amqp() {
    return new BasicProperties() {
      @Override
      public Frame toFrame(int channel, long bodySize) throws IOException {
        var frame = new Frame(AMQP.FRAME_HEADER, channel);
        DataOutputStream out = frame.getOutputStream();
        out.writeShort(60);
        out.writeShort(0);
        out.writeLong(bodySize);
        out.write(fields);
        return frame;
      }
    };
  }

  /** The fields of {@code properties}. */
  static byte[] fieldsOf(MessageProperties properties) {
    byte[] encoded = properties.encode();
    return Arrays.copyOfRange(encoded, HEADER_BYTES, encoded.length);
  }

  private static void entry(DataOutputStream out, String name, char type, byte[] value)
      throws IOException {
    shortString(out, name);
    out.write(type);
    out.write(value);
  }

  private static void shortString(DataOutputStream out, String text) throws IOException {
    out.writeByte(text.length());
    out.writeBytes(text);
  }

  private static byte[] longs(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] sized(byte[] value) {
    return ByteBuffer.allocate(Integer.BYTES + value.length)
        .putInt(value.length)
        .put(value)
        .array();
  }

  private static byte[] bytes(Part part) {
    try {
      var bytes = new ByteArrayOutputStream();
      part.to(new DataOutputStream(bytes));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
