package orderflow.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import orderflow.net.CallDeadline;

/**
 * Checks whether an address speaks TLS. A server that expects TLS need not say so to a client that
 * does not use it, so this explains why such a connection was closed.
 */
public final class TlsProbe {
  /** For the whole check: a user waits for the error message. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private TlsProbe() {}

  /** Whether a handshake succeeds, with any certificate. */
  public static boolean isAnswered(String host, int port) {
    try (var deadline = CallDeadline.in(LIMIT);
        Socket plain = deadline.guard(new Socket())) {
      plain.connect(new InetSocketAddress(host, port));
      var trustAll = new TlsFiles(null, null, null, true).context().getSocketFactory();
      try (SSLSocket socket = (SSLSocket) trustAll.createSocket(plain, host, port, true)) {
        socket.startHandshake();
        return true;
      }
    } catch (SSLException e) {
      // An alert is TLS too, for example that a client certificate is required.
      return String.valueOf(e.getMessage()).contains("fatal alert");
    } catch (IOException e) {
      return false;
    }
  }
}
