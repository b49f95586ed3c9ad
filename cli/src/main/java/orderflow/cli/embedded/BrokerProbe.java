package orderflow.cli.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Asks an address whether an AMQP 0-9-1 broker listens there. Stateless. */
public final class BrokerProbe {
  /** What was found. */
  public enum Answer {
    /** A broker began the AMQP 0-9-1 handshake. Says nothing about user and virtual host. */
    AMQP,
    /**
     * Something accepted the connection and did not begin the handshake: another protocol, another
     * AMQP version, TLS, or a broker that did not answer in time.
     */
    SOMETHING_ELSE,
    /** Nothing accepted a connection in time, or there is no such host. */
    NOTHING
  }

  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  /** Where connection.start has its frame type, channel, and class and method; the rest varies. */
  private static final int START_BYTES = 11;

  private static final int METHOD_FRAME = 1;
  private static final int CONNECTION_CLASS = 10;
  private static final int START_METHOD = 10;

  private BrokerProbe() {}

  /**
   * Connects, sends the protocol header and reads the first bytes of the answer.
   *
   * @param limit for all of it together, except for looking the host name up; at least 1 ms
   */
  public static Answer probe(String host, int port, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try (Socket socket = new Socket()) {
      try {
        socket.connect(new InetSocketAddress(host, port), millisUntil(end));
      } catch (IOException e) {
        return Answer.NOTHING;
      }
      return converse(socket, end);
    } catch (IOException e) {
      return Answer.SOMETHING_ELSE;
    }
  }

  private static Answer converse(Socket socket, long end) throws IOException {
    socket.getOutputStream().write(PROTOCOL_HEADER);
    InputStream in = socket.getInputStream();
    byte[] answer = new byte[START_BYTES];
    int length = 0;
    while (length < START_BYTES) {
      socket.setSoTimeout(millisUntil(end));
      int read = in.read(answer, length, START_BYTES - length);
      if (read < 0) {
        return Answer.SOMETHING_ELSE;
      }
      length += read;
    }
    return isConnectionStart(answer) ? Answer.AMQP : Answer.SOMETHING_ELSE;
  }

  private static boolean isConnectionStart(byte[] answer) {
    return answer[0] == METHOD_FRAME
        && shortAt(answer, 1) == 0
        && shortAt(answer, 7) == CONNECTION_CLASS
        && shortAt(answer, 9) == START_METHOD;
  }

  private static int shortAt(byte[] bytes, int index) {
    return Byte.toUnsignedInt(bytes[index]) << Byte.SIZE | Byte.toUnsignedInt(bytes[index + 1]);
  }

  /** Never 0, which sockets take for no limit. */
  private static int millisUntil(long end) throws SocketTimeoutException {
    long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("no time left");
    }
    return Math.toIntExact(Math.min(left, Integer.MAX_VALUE));
  }
}
