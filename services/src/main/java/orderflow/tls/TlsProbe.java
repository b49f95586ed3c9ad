package orderflow.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import orderflow.net.CallDeadline;

/**
 * Asks an address whether TLS is spoken there, to tell those who were cut off without it why: a
 * server that expects TLS need not say so to who does not speak it.
 */
public final class TlsProbe {
  /** In all: somebody waits for a line about a failure. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private TlsProbe() {}

  /** One attempt at a handshake, whoever answers. */
  public static boolean isAnswered(String host, int port) {
    try (var deadline = CallDeadline.in(LIMIT);
        Socket plain = deadline.guard(new Socket())) {
      plain.connect(new InetSocketAddress(host, port));
      var anybody = new TlsFiles(null, null, null, true).context().getSocketFactory();
      try (SSLSocket socket = (SSLSocket) anybody.createSocket(plain, host, port, true)) {
        socket.startHandshake();
        return true;
      }
    } catch (SSLException e) {
      // An alert is said in TLS too, such as that our certificate is wanted.
      return String.valueOf(e.getMessage()).contains("fatal alert");
    } catch (IOException e) {
      return false;
    }
  }
}
