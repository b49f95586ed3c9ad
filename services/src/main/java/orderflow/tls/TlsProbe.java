package orderflow.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * Asks an address whether TLS is spoken there, to tell those who were cut off without it why: a
 * server that expects TLS need not say so to who does not speak it.
 */
public final class TlsProbe {
  /** For connecting, and again for each answer: somebody waits for a line about a failure. */
  private static final int LIMIT_MILLIS = 2_000;

  private TlsProbe() {}

  /** One attempt at a handshake, whoever answers. */
  public static boolean isAnswered(String host, int port) {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), LIMIT_MILLIS);
      plain.setSoTimeout(LIMIT_MILLIS);
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
