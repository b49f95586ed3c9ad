package orderflow.cli.prove.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import org.jspecify.annotations.Nullable;

/** A TCP proxy in front of a broker that injects network faults. Thread-safe. */
final class FaultProxy implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;
  private static final int SLICE = 64;
  private static final Duration SLICE_PAUSE = Duration.ofMillis(5);
  private static final Duration HOLD_POLL = Duration.ofMillis(20);
  private static final long CUT_AFTER_BYTES = 24 * 1024;
  private static final int CONNECT_MILLIS = 5_000;
  private static final int BACKLOG = 256;
  private static final int ANY_PORT = 0;

  private final InetSocketAddress target;
  private final int port;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ServerSocket listener;
  private volatile @Nullable Mode mode;

  /** A client's connection and its connection to the broker. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private final AtomicLong carried = new AtomicLong();

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void start() {
      Thread.ofVirtual().name("proxy-up").start(() -> pump(client, server));
      Thread.ofVirtual().name("proxy-down").start(() -> pump(server, client));
    }

    private void pump(Socket from, Socket to) {
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          forward(buffer, read, out);
        }
      } catch (IOException e) {
        // one end is gone; the other is reset below
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        reset();
      }
    }

    private void forward(byte[] bytes, int count, OutputStream out)
        throws IOException, InterruptedException {
      for (int sent = 0; sent < count; ) {
        while (mode == Mode.BLACK_HOLE) {
          Thread.sleep(HOLD_POLL);
        }
        if (mode == Mode.CUT && carried.get() > CUT_AFTER_BYTES) {
          throw new SocketException("cut on purpose");
        }
        boolean slow = mode == Mode.SLOW;
        int slice = slow ? Math.min(SLICE, count - sent) : count - sent;
        out.write(bytes, sent, slice);
        out.flush();
        sent += slice;
        carried.addAndGet(slice);
        if (slow) {
          Thread.sleep(SLICE_PAUSE);
        }
      }
    }

    /** Sends a TCP reset to both ends. */
    void reset() {
      links.remove(this);
      reset(client);
      reset(server);
    }

    private static void reset(Socket socket) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException e) {
        // closed already
      }
    }
  }

  private FaultProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    this.port = listen(ANY_PORT).getLocalPort();
  }

  /**
   * Listens on a free port of loopback.
   *
   * @throws IOException when there is none
   */
  static FaultProxy to(String host, int port) throws IOException {
    return new FaultProxy(new InetSocketAddress(host, port));
  }

  private ServerSocket listen(int onPort) throws IOException {
    var listening = new ServerSocket(onPort, BACKLOG, InetAddress.getLoopbackAddress());
    listener = listening;
    Thread.ofPlatform().name("proxy").daemon().start(() -> accept(listening));
    return listening;
  }

  /** The address of this proxy for clients of the broker at {@code direct}. */
  URI before(URI direct) {
    String user = direct.getRawUserInfo() == null ? "" : direct.getRawUserInfo() + "@";
    String path = direct.getRawPath() == null ? "" : direct.getRawPath();
    String query = direct.getRawQuery() == null ? "" : "?" + direct.getRawQuery();
    return URI.create("amqp://" + user + "127.0.0.1:" + port + path + query);
  }

  /** Applies {@code fault} to all connections, present and new. */
  void inject(Mode fault) {
    mode = fault;
    if (fault == Mode.REFUSED) {
      closeListener();
    }
    if (fault == Mode.RESET || fault == Mode.REFUSED) {
      links.forEach(Link::reset);
    }
    if (fault == Mode.CUT) {
      links.forEach(link -> link.carried.set(0));
    }
  }

  /** Forwards everything again. Bytes held in a black hole are lost with their connection. */
  void heal() {
    if (mode == Mode.REFUSED) {
      try {
        listen(port);
      } catch (IOException e) {
        throw new CliException(
            ExitCode.INTERNAL, "port %d is taken: %s".formatted(port, e.getMessage()), e);
      }
    }
    if (mode == Mode.BLACK_HOLE) {
      links.forEach(Link::reset);
    }
    mode = null;
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().name("proxy-connect").start(() -> connect(client));
      } catch (IOException e) {
        // closed, or one client less
      }
    }
  }

  private void connect(Socket client) {
    var server = new Socket();
    var link = new Link(client, server);
    if (mode == Mode.RESET) {
      link.reset();
      return;
    }
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target, CONNECT_MILLIS);
      links.add(link);
      link.start();
    } catch (IOException e) {
      link.reset();
    }
  }

  private void closeListener() {
    ServerSocket listening = listener;
    try {
      if (listening != null) {
        listening.close();
      }
    } catch (IOException e) {
      // nothing more can be done
    }
  }

  @Override
  public void close() {
    closeListener();
    links.forEach(Link::reset);
  }
}
