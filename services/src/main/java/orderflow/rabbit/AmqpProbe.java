package orderflow.rabbit;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import orderflow.net.CallDeadline;

/**
 * Checks by the start of the AMQP 0-9-1 handshake whether a broker listens at an address, without
 * logging in. An accepted connection is not enough: a container's proxy accepts before its broker.
 *
 * @param version of the broker, or "unknown"
 */
public record AmqpProbe(Result result, String version) {
  /** The result of a probe. */
  public enum Result {
    /** A broker started the handshake. User and virtual host are not checked. */
    AMQP,
    /** A connection was accepted, but no handshake started in time: another protocol, or TLS. */
    SOMETHING_ELSE,
    /** No connection was accepted in time, or the host does not exist. */
    NOTHING
  }

  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
  private static final int METHOD_FRAME = 1;
  private static final int CONNECTION_START = 0x000A_000A;
  private static final int MAX_FRAME = 128 * 1024;
  private static final String UNKNOWN = "unknown";
  private static final String VERSION_FIELD = "\u0007versionS";

  /**
   * @param limit for the whole probe except for the host name's lookup
   */
  public static AmqpProbe of(String host, int port, Duration limit) {
    try (var deadline = CallDeadline.in(limit);
        Socket socket = deadline.guard(new Socket())) {
      try {
        socket.connect(new InetSocketAddress(host, port));
      } catch (IOException e) {
        return new AmqpProbe(Result.NOTHING, UNKNOWN);
      }
      return of(socket);
    } catch (IOException e) {
      return new AmqpProbe(Result.SOMETHING_ELSE, UNKNOWN);
    }
  }

  private static AmqpProbe of(Socket socket) throws IOException {
    socket.getOutputStream().write(PROTOCOL_HEADER);
    var in = new DataInputStream(socket.getInputStream());
    int type = in.readUnsignedByte();
    int channel = in.readUnsignedShort();
    int size = in.readInt();
    int method = in.readInt();
    return type == METHOD_FRAME && channel == 0 && method == CONNECTION_START
        ? new AmqpProbe(Result.AMQP, version(in, size - Integer.BYTES))
        : new AmqpProbe(Result.SOMETHING_ELSE, UNKNOWN);
  }

  /** Searches for the one field instead of decoding the table. */
  private static String version(DataInputStream in, int size) {
    byte[] arguments;
    try {
      arguments = in.readNBytes(Math.clamp(size, 0, MAX_FRAME));
    } catch (IOException e) {
      return UNKNOWN;
    }
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
