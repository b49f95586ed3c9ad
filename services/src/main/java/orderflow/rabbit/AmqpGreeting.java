package orderflow.rabbit;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks whether an AMQP 0-9-1 broker really answers at an address, without logging in. An accepted
 * connection is not enough: a container's port proxy accepts before its broker listens.
 *
 * @param version the broker's own version, or "unknown" when it does not tell
 */
public record AmqpGreeting(String version) {
  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int METHOD_FRAME = 1;
  private static final int CONNECTION_START = 0x000A_000A;
  private static final int LARGEST_FRAME = 128 * 1024;
  private static final String UNKNOWN = "unknown";
  private static final String VERSION_FIELD = "\u0007versionS";

  /**
   * One attempt, each step of it bounded by {@code limit}.
   *
   * @throws IOException when no broker greets
   */
  public static AmqpGreeting read(String host, int port, Duration limit) throws IOException {
    int millis = Math.toIntExact(limit.toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(PROTOCOL_HEADER);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int type = in.readUnsignedByte();
      int channel = in.readUnsignedShort();
      int size = in.readInt();
      if (type != METHOD_FRAME || channel != 0 || size < 4 || size > LARGEST_FRAME) {
        throw new IOException(
            "what answers at " + host + ":" + port + " does not speak AMQP 0-9-1");
      }
      int method = in.readInt();
      if (method != CONNECTION_START) {
        throw new IOException("no AMQP greeting at " + host + ":" + port);
      }
      return new AmqpGreeting(version(in.readNBytes(size - 4)));
    }
  }

  /** Looks for the one field, so that the whole field table need not be decoded. */
  private static String version(byte[] arguments) {
    String text = new String(arguments, StandardCharsets.ISO_8859_1);
    int field = text.indexOf(VERSION_FIELD);
    int length = field + VERSION_FIELD.length();
    if (field < 0 || length + Integer.BYTES > text.length()) {
      return UNKNOWN;
    }
    int start = length + Integer.BYTES;
    int end = start + ByteBuffer.wrap(arguments, length, Integer.BYTES).getInt();
    return end > start && end <= text.length() ? text.substring(start, end) : UNKNOWN;
  }
}
