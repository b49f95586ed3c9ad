package orderflow.rabbit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Free loopback ports for servers that restart on the same port. They lie below the range from
 * which the system assigns clients' ports: a client that reconnects to a stopped server could be
 * assigned the server's port and connect to itself.
 */
public final class FreePorts {
  private static final int LOWEST = 20_000;

  /** Where Linux starts to assign clients' ports; other systems start higher. */
  private static final int CLIENT_PORTS = 32_768;

  private static final int ATTEMPTS = 200;
  private static final int CONNECT_LIMIT_MILLIS = 1_000;

  private FreePorts() {}

  /**
   * The first of {@code size} consecutive free ports. They are not reserved.
   *
   * @throws IOException when none were found
   */
  public static int freeBlock(int size) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, CLIENT_PORTS - size);
      if (IntStream.range(first, first + size).allMatch(FreePorts::isFree)) {
        return first;
      }
    }
    throw new IOException(
        "no %d consecutive free ports between %d and %d".formatted(size, LOWEST, CLIENT_PORTS));
  }

  /** Whether connections to {@code port} are accepted. */
  public static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(loopback(port), CONNECT_LIMIT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(loopback(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }
}
