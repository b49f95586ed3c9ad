package orderflow.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes new connections until its channel is closed. A failure to accept, be it for want of file
 * descriptors, is outlived: an idle connection goes, and after a pause it tries again.
 */
final class Acceptor implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  private static final long PAUSE = Duration.ofMillis(50).toNanos();

  private final ServerSocketChannel listener;
  private final Connections connections;
  private final Engine engine;
  private final HttpSettings settings;
  private boolean failing;

  Acceptor(
      ServerSocketChannel listener, Connections connections, Engine engine, HttpSettings settings) {
    this.listener = listener;
    this.connections = connections;
    this.engine = engine;
    this.settings = settings;
  }

  @Override
  public void run() {
    // Loads what recovering takes while files can still be opened.
    connections.makeRoom(System.nanoTime());
    while (listener.isOpen()) {
      try {
        start(listener.accept());
        failing = false;
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException | RuntimeException | Error e) {
        recover(e);
      }
    }
  }

  private void start(SocketChannel channel) throws IOException {
    Connection connection = new Connection(channel, engine, settings);
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      switch (connections.admit(connection, System.nanoTime())) {
        case SERVE -> serve(connection, connection::serve);
        case REFUSE -> serve(connection, () -> connection.refuse(Problems.overloaded().answer()));
        case CLOSE -> connection.abort();
      }
    } catch (IOException | RuntimeException | Error e) {
      connection.abort();
      connections.left(connection);
      throw e;
    }
  }

  private void serve(Connection connection, Runnable work) {
    engine
        .executor()
        .execute(() -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            LOG.error("a connection failed", e);
          } finally {
            connections.left(connection);
          }
        });
  }

  private void recover(Throwable e) {
    try {
      if (!failing) {
        failing = true;
        LOG.warn("cannot accept connections, will keep trying: {}", e.toString());
      }
      connections.makeRoom(System.nanoTime());
    } catch (RuntimeException | Error again) {
      // Without a file descriptor not even a class can be loaded; this thread must outlive that.
      failing = false;
    }
    LockSupport.parkNanos(PAUSE);
  }
}
