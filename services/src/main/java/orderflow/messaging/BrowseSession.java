package orderflow.messaging;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.TrafficListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One browse of a queue on its own connection. Each window of messages has a consumer that keeps
 * them, so that the next consumer gets the messages behind. Few messages are in flight at a time,
 * in count and in bytes. Not thread-safe.
 */
final class BrowseSession implements AutoCloseable {
  /** A connection has 2,047 channels: so many windows are the deepest browse. */
  private static final int WINDOW = 5_000;

  private static final long MAX_BYTES_IN_FLIGHT = 8L * 1024 * 1024;
  private static final int CLOSE_MILLIS = 500;

  private final InboundByteLimit budget = new InboundByteLimit(MAX_BYTES_IN_FLIGHT);
  private final String queue;
  private final Connection connection;

  /**
   * @param opening connects, with a listener that may hold the connection's reading thread
   */
  BrowseSession(String queue, Function<TrafficListener, Connection> opening) {
    this.queue = queue;
    this.connection = opening.apply(budget);
  }

  /** {@link QueueBrowser#visit} of {@code wanted} ready messages. */
  long through(long wanted, Duration patience, QueueBrowser.Visitor visitor)
      throws InterruptedException {
    long seen = 0;
    while (seen < wanted) {
      int window = (int) Math.min(WINDOW, wanted - seen);
      Subscription part = consume(window);
      int left = window;
      while (left > 0) {
        List<Delivery> some = part.poll(left, patience);
        if (some.isEmpty()) {
          return seen;
        }
        left -= some.size();
        for (Delivery delivery : some) {
          seen++;
          boolean more = visitor.visit(delivery);
          budget.release(delivery.body().length);
          if (!more) {
            return seen;
          }
        }
      }
    }
    return seen;
  }

  private Subscription consume(int prefetch) {
    try {
      Channel channel =
          connection
              .openChannel()
              .orElseThrow(() -> new MessagingException(queue + " is too deep to browse"));
      return RabbitSubscription.on(channel, queue, prefetch, budget, Optional.empty(), () -> {});
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("browsing " + queue, queue, e);
    }
  }

  /** All messages go back to the queue. */
  @Override
  public void close() {
    // in this order: messages in flight then never reach the heap
    connection.abort(CLOSE_MILLIS);
    budget.close();
  }
}
