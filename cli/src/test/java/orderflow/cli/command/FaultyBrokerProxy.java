package orderflow.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** A TCP proxy to a broker that can withhold confirms and cut connections. */
final class FaultyBrokerProxy implements AutoCloseable {
  private final URI broker;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean muted;

  FaultyBrokerProxy(String broker) throws IOException {
    this.broker = URI.create(broker);
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** The broker's address through the proxy. */
  String uri() {
    return broker
        .toString()
        .replace(
            "@" + broker.getHost() + ":" + broker.getPort(),
            "@127.0.0.1:" + listener.getLocalPort());
  }

  /** Drops everything that the broker sends to publishers from now on. */
  void withholdConfirms() {
    muted = true;
  }

  /** Closes every connection, and accepts no more. */
  void cut() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        var server = new Socket(broker.getHost(), broker.getPort());
        sockets.addAll(Set.of(client, server));
        var publishes = new AtomicBoolean();
        Thread.ofVirtual().start(() -> pump(client, server, publishes, false));
        Thread.ofVirtual().start(() -> pump(server, client, publishes, true));
      }
    } catch (IOException e) {
      // cut
    }
  }

  private void pump(Socket from, Socket to, AtomicBoolean publishes, boolean answers) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!answers && new String(buffer, 0, read, ISO_8859_1).contains(" publisher")) {
          publishes.set(true); // as its connection is named
        }
        if (!(answers && muted && publishes.get())) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // cut
    }
  }

  @Override
  public void close() throws IOException {
    cut();
  }
}
