package orderflow.cli.load;

import java.time.Duration;
import java.util.OptionalLong;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import org.jspecify.annotations.Nullable;

/** Reads the depth of a queue and keeps its peak; reconnects to the broker. Not thread-safe. */
public final class QueueDepthMonitor implements AutoCloseable {
  private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(2);

  private final RabbitBroker broker;
  private final String queue;
  private @Nullable QueueBrowser browser;
  private long nextConnectNanos = System.nanoTime();
  private volatile long peak;

  public QueueDepthMonitor(RabbitBroker broker, String queue) {
    this.broker = broker;
    this.queue = queue;
  }

  /** The ready messages now; empty when the broker does not answer. */
  public OptionalLong depth() {
    try {
      if (browser == null) {
        if (System.nanoTime() - nextConnectNanos < 0) {
          return OptionalLong.empty();
        }
        browser = broker.openBrowser();
      }
      OptionalLong depth = browser.depth(queue);
      peak = Math.max(peak, depth.orElse(0));
      return depth;
    } catch (MessagingException e) {
      close();
      nextConnectNanos = System.nanoTime() + RECONNECT_PAUSE.toNanos();
      return OptionalLong.empty();
    }
  }

  public long peak() {
    return peak;
  }

  @Override
  public void close() {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }
}
