package orderflow.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server that sends a greeting to every client and then nothing, or a few bytes at intervals,
 * until the client closes.
 */
public final class ScriptedServer implements AutoCloseable {
  private static final long DRIP_MILLIS = 100;

  private final ServerSocket listener;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final String greeting;
  private final String drip;

  /** Sends {@code greeting} and then nothing. */
  public ScriptedServer(String greeting) throws IOException {
    this(greeting, "");
  }

  /** Sends {@code greeting} and then {@code drip} repeatedly. */
  public ScriptedServer(String greeting, String drip) throws IOException {
    this.greeting = greeting;
    this.drip = drip;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Its HTTP address. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port() + "/");
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        clients.add(client);
        Thread.ofVirtual().start(() -> talk(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void talk(Socket client) {
    try {
      OutputStream out = client.getOutputStream();
      out.write(greeting.getBytes(US_ASCII));
      while (!drip.isEmpty()) {
        Thread.sleep(DRIP_MILLIS);
        out.write(drip.getBytes(US_ASCII));
      }
    } catch (IOException e) {
      // the peer has given up
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
