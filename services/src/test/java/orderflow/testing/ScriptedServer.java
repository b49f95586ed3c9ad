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
 * Says one thing to whoever connects, and then nothing more, or the same little bit every now and
 * then, until the peer gives up.
 */
public final class ScriptedServer implements AutoCloseable {
  private static final long DRIP_MILLIS = 100;

  private final ServerSocket listener;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final String greeting;
  private final String drip;

  /** Says {@code greeting} and then nothing. */
  public ScriptedServer(String greeting) throws IOException {
    this(greeting, "");
  }

  /** Says {@code greeting} and then {@code drip} again and again. */
  public ScriptedServer(String greeting, String drip) throws IOException {
    this.greeting = greeting;
    this.drip = drip;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Where it listens, over HTTP. */
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
