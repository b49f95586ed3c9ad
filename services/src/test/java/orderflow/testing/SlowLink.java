package orderflow.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A proxy that delays all bytes in both directions. */
public final class SlowLink implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService pumps = Executors.newVirtualThreadPerTaskExecutor();
  private final URI target;
  private final long delayMillis;

  public SlowLink(URI target, long delayMillis) throws IOException {
    this.target = target;
    this.delayMillis = delayMillis;
    pumps.execute(this::accept);
  }

  /** The address of the target over this link. */
  public URI uri() {
    return URI.create(
        target
            .toString()
            .replace(
                target.getHost() + ":" + target.getPort(), "127.0.0.1:" + listener.getLocalPort()));
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        Socket far = new Socket(target.getHost(), target.getPort());
        pumps.execute(() -> pump(near, far));
        pumps.execute(() -> pump(far, near));
      }
    } catch (IOException e) {
      pumps.shutdown(); // closed
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      for (int n = from.getInputStream().read(buffer);
          n > 0;
          n = from.getInputStream().read(buffer)) {
        TimeUnit.MILLISECONDS.sleep(delayMillis);
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // the other direction ends with it
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    pumps.shutdownNow();
  }
}
