package orderflow.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * A total time limit for one outward call: connecting, handshakes and all responses. It closes the
 * call's sockets when the time is up, which ends any wait; a socket's own timeout starts again with
 * each byte. Close it when the call has ended. Thread-safe.
 */
public final class CallDeadline implements AutoCloseable {
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private final Duration limit;
  private final Set<Socket> sockets = new HashSet<>();
  private final ScheduledFuture<?> expiry;
  private boolean expired;

  private CallDeadline(Duration limit) {
    this.limit = limit;
    this.expiry = TIMER.schedule(this::expire, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  public static CallDeadline in(Duration limit) {
    return new CallDeadline(limit);
  }

  private static ScheduledThreadPoolExecutor timer() {
    var timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("call-deadlines").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  public Duration limit() {
    return limit;
  }

  /** Whether the time was up before the call ended. */
  public synchronized boolean isExpired() {
    return expired;
  }

  /** Closes the socket when the time is up; at once if it is up already. */
  public <S extends Socket> S guard(S socket) {
    synchronized (this) {
      sockets.add(socket);
      if (!expired) {
        return socket;
      }
    }
    closeQuietly(socket);
    return socket;
  }

  /** A factory of guarded sockets. */
  public SocketFactory guarding(SocketFactory factory) {
    return new GuardedSockets(factory);
  }

  /** A factory of guarded TLS sockets. */
  public SSLSocketFactory guarding(SSLSocketFactory factory) {
    return new GuardedTlsSockets(factory);
  }

  private void expire() {
    Set<Socket> open;
    synchronized (this) {
      expired = true;
      open = Set.copyOf(sockets);
    }
    // Closing a TLS socket may wait for a write that hangs; other calls need the timer.
    open.forEach(socket -> Thread.ofVirtual().start(() -> closeQuietly(socket)));
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // the call ends in any case
    }
  }

  /** The call has ended; its sockets stay as they are. */
  @Override
  public void close() {
    expiry.cancel(false);
  }

  private final class GuardedSockets extends SocketFactory {
    private final SocketFactory factory;

    GuardedSockets(SocketFactory factory) {
      this.factory = factory;
    }

    @Override
    public Socket createSocket() throws IOException {
      return guard(factory.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return guard(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return guard(factory.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return guard(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return guard(factory.createSocket(host, port, local, localPort));
    }
  }

  private final class GuardedTlsSockets extends SSLSocketFactory {
    private final SSLSocketFactory factory;
    private final SocketFactory guarded;

    GuardedTlsSockets(SSLSocketFactory factory) {
      this.factory = factory;
      this.guarded = new GuardedSockets(factory);
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return factory.getSupportedCipherSuites();
    }

    /** Closing the socket below ends both. */
    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      return factory.createSocket(guard(socket), host, port, autoClose);
    }

    @Override
    public Socket createSocket() throws IOException {
      return guarded.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return guarded.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return guarded.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return guarded.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return guarded.createSocket(host, port, local, localPort);
    }
  }
}
