package orderflow.http;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty's connector with our limits. When it cannot accept, for example because the process has no
 * file descriptor left, it closes an idle connection and tries again.
 */
final class HttpConnector extends ServerConnector {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnector.class);
  private static final long PAUSE = Duration.ofMillis(50).toNanos();

  private final Connections connections;
  private final HttpSettings settings;
  private boolean failing;

  HttpConnector(
      Server server,
      Connections connections,
      HttpSettings settings,
      ConnectionFactory... protocols) {
    super(server, null, null, null, 1, 1, protocols);
    this.connections = connections;
    this.settings = settings;
    setIdleTimeout(0); // the deadlines of ClientConnection replace it
    // Loads the classes that recovery needs while files can still be opened.
    connections.makeRoom(System.nanoTime());
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) throws IOException {
    var client =
        new ClientConnection(channel, selector, key, getScheduler(), connections, settings);
    if (!connections.admit(client, System.nanoTime())) {
      throw new IOException("too many connections");
    }
    return client;
  }

  @Override
  public void accept(int acceptor) throws IOException {
    super.accept(acceptor);
    failing = false;
  }

  @Override
  protected boolean handleAcceptFailure(Throwable failure) {
    if (!isOpen()) {
      return false;
    }
    try {
      if (!failing) {
        failing = true;
        LOG.warn("cannot accept connections, will keep trying: {}", failure.toString());
      }
      connections.makeRoom(System.nanoTime());
    } catch (RuntimeException | Error again) {
      // Without a file descriptor not even a class can be loaded; this thread must go on.
      failing = false;
    }
    LockSupport.parkNanos(PAUSE);
    return true;
  }
}
