package orderflow.rabbit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports that stay usable across a restart. They lie outside the range from which the
 * system gives clients their own ports: inside it, a client that keeps trying to reconnect to a
 * stopped server can be given the server's port, connect to itself and keep the server from coming
 * back. Stateless.
 */
public final class FreePorts {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 65_535;
  private static final int USUAL_CLIENT_RANGE = 32_768;
  private static final int ROOM_NEEDED = 1_000;
  private static final int ATTEMPTS = 200;
  private static final int CONNECT_LIMIT_MILLIS = 1_000;
  private static final Path CLIENT_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private FreePorts() {}

  /**
   * The first of {@code size} neighbouring ports that were all free a moment ago. Nothing reserves
   * them.
   *
   * @throws IOException when no such ports were found in a bounded number of attempts
   */
  public static int freeBlock(int size) throws IOException {
    int above = highestExclusive();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, above - size);
      if (allFree(first, size)) {
        return first;
      }
    }
    throw new IOException("no " + size + " neighbouring free ports between 20000 and " + above);
  }

  /** Whether something accepts connections on {@code port} now. */
  public static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(loopback(port), CONNECT_LIMIT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int highestExclusive() {
    int clientsFrom = USUAL_CLIENT_RANGE;
    try (Scanner range = new Scanner(CLIENT_RANGE, StandardCharsets.US_ASCII)) {
      clientsFrom = range.nextInt();
    } catch (IOException | NoSuchElementException e) {
      // Not Linux, or hidden: the usual range is a safe guess, as others begin higher.
    }
    return clientsFrom >= LOWEST + ROOM_NEEDED ? Math.min(clientsFrom, HIGHEST) : HIGHEST;
  }

  private static boolean allFree(int first, int size) {
    for (int port = first; port < first + size; port++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(loopback(port));
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
  }
}
