package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Looks at queues from outside: depths, and messages without taking them. Not thread-safe. After a
 * {@link MessagingException} it is of no more use.
 */
public final class QueueBrowser implements AutoCloseable {
  private static final int CLOSE_MILLIS = 3_000;
  private static final int NOT_FOUND = 404;
  private static final long MAX_PEEKED_BYTES = 32L * 1024 * 1024;

  private final Connection connection;
  private Channel channel;

  QueueBrowser(Connection connection) throws IOException {
    this.connection = connection;
    this.channel = connection.createChannel();
  }

  /** The broker's name and version as it tells them, such as {@code RabbitMQ 3.10.8}. */
  public String brokerVersion() {
    var properties = connection.getServerProperties();
    return properties.getOrDefault("product", "unknown broker")
        + " "
        + properties.getOrDefault("version", "");
  }

  /**
   * How many messages are ready in {@code queue} (those a consumer holds are not counted), or empty
   * when there is no such queue.
   *
   * @throws MessagingException when the connection is lost
   */
  public OptionalLong depth(String queue) {
    try {
      return OptionalLong.of(channel.queueDeclarePassive(queue).getMessageCount());
    } catch (IOException | AlreadyClosedException e) {
      if (isNotFound(e)) {
        reopen();
        return OptionalLong.empty();
      }
      throw new MessagingException("asking for " + queue + " failed: " + Causes.rootOf(e), e);
    }
  }

  /**
   * The first messages of {@code queue}, at most {@code max}, without taking them: one consumer
   * whose prefetch is the limit, closed without an acknowledgement. While it looks, other consumers
   * do not see them. On a classic queue order and counts stay; on a quorum queue the broker counts
   * each look as a delivery.
   *
   * @throws MessagingException when there is no such queue, or the connection is lost
   */
  public List<Delivery> peek(String queue, int max, Duration wait) throws InterruptedException {
    long ready =
        depth(queue).orElseThrow(() -> new MessagingException("there is no queue " + queue));
    int wanted = (int) Math.min(max, ready);
    List<Delivery> seen = new ArrayList<>();
    if (wanted == 0) {
      return seen;
    }
    var budget = new ByteBudget(Long.MAX_VALUE);
    try {
      Channel looking = connection.createChannel();
      var subscription =
          new LimitedSubscription(
              queue, RabbitSubscription.on(looking, queue, wanted, budget, () -> abort(looking)));
      long deadline = System.nanoTime() + wait.toNanos();
      long bytes = 0;
      while (seen.size() < wanted && bytes < MAX_PEEKED_BYTES && System.nanoTime() - deadline < 0) {
        for (Delivery delivery :
            subscription.poll(
                wanted - seen.size(), Duration.ofNanos(deadline - System.nanoTime()))) {
          seen.add(delivery);
          bytes += delivery.body().length;
        }
      }
      subscription.close();
      return seen;
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("looking into " + queue + " failed: " + Causes.rootOf(e), e);
    }
  }

  /**
   * A queue of this connection's own, gone with it, that gets a copy of what is published to {@code
   * exchange} with any of {@code routingKeys} from now on.
   *
   * @throws MessagingException when the broker refuses or the connection is lost
   */
  public Subscription tap(String exchange, List<String> routingKeys, int prefetch) {
    try {
      Channel tapping = connection.createChannel();
      String queue = tapping.queueDeclare().getQueue();
      for (String key : routingKeys) {
        tapping.queueBind(queue, exchange, key);
      }
      return RabbitSubscription.on(
          tapping, queue, prefetch, new ByteBudget(MAX_PEEKED_BYTES), () -> abort(tapping));
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("tapping " + exchange + " failed: " + Causes.rootOf(e), e);
    }
  }

  @Override
  public void close() {
    connection.abort(CLOSE_MILLIS);
  }

  private static void abort(Channel channel) {
    try {
      channel.abort();
    } catch (IOException e) {
      throw new MessagingException("closing a channel failed: " + Causes.rootOf(e), e);
    }
  }

  private void reopen() {
    try {
      channel = connection.createChannel();
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("the broker connection failed: " + Causes.rootOf(e), e);
    }
  }

  private static boolean isNotFound(Exception e) {
    Throwable cause = e instanceof ShutdownSignalException ? e : e.getCause();
    return cause instanceof ShutdownSignalException signal
        && signal.getReason() instanceof AMQP.Channel.Close close
        && close.getReplyCode() == NOT_FOUND;
  }
}
