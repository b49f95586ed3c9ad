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
 * One look into a queue, on a connection of its own. Few messages are on their way at a time, in
 * count and in bytes, however many there are to see: each window is a consumer that keeps what it
 * got, so that the next one gets what lies behind. Not thread-safe.
 */
final class BrowseSession implements AutoCloseable {
  /** A connection has room for 2,047 channels, so that many windows are the deepest look. */
  private static final int WINDOW = 5_000;

  private static final long MAX_BYTES_ON_THE_WAY = 8L * 1024 * 1024;
  private static final int CLOSE_MILLIS = 500;

  private final InboundByteLimit budget = new InboundByteLimit(MAX_BYTES_ON_THE_WAY);
  private final String queue;
  private final Connection connection;

  /**
   * @param opening connects, with a listener that may hold the connection's reading thread
   */
  BrowseSession(String queue, Function<TrafficListener, Connection> opening) {
    this.queue = queue;
    this.connection = opening.apply(budget);
  }

  /** As {@link QueueBrowser#visit} has it, with {@code wanted} messages there to see. */
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
              .orElseThrow(() -> new MessagingException(queue + " is too deep to look through"));
      return RabbitSubscription.on(channel, queue, prefetch, budget, Optional.empty(), () -> {});
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("looking into " + queue, queue, e);
    }
  }

  /** Everything goes back to the queue. */
  @Override
  public void close() {
    // In this order: what is still on its way then never reaches the heap.
    connection.abort(CLOSE_MILLIS);
    budget.close();
  }
}
