package orderflow.messaging;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The queue in the middle is bounded by prefetch in count and by {@link ByteBudget} in bytes. */
final class RabbitSubscription implements Subscription {
  private final Inbound inbound;
  private final ByteBudget budget;
  private final Runnable closing;

  /** Holds the deliveries, and once lost an empty element to wake whoever polls. */
  private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  private volatile @Nullable String failure;

  private record Arrival(@Nullable Delivery delivery) {}

  private RabbitSubscription(Inbound inbound, ByteBudget budget, Runnable closing) {
    this.inbound = inbound;
    this.budget = budget;
    this.closing = closing;
  }

  static RabbitSubscription on(
      Channel channel, String queue, int prefetch, ByteBudget budget, Runnable closing)
      throws IOException {
    var inbound = new Inbound(channel, queue, prefetch);
    var subscription = new RabbitSubscription(inbound, budget, closing);
    channel.getConnection().addShutdownListener(cause -> subscription.fail(Causes.of(cause)));
    channel.addShutdownListener(cause -> subscription.fail(Causes.of(cause)));
    channel.basicQos(prefetch);
    channel.basicConsume(queue, false, subscription.new Receiver(channel, queue));
    return subscription;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    Arrival first = arrivals.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    if (failure != null) {
      throw new MessagingException(failure);
    }
    if (first == null) {
      return List.of();
    }
    List<Arrival> taken = new ArrayList<>(Math.min(max, arrivals.size() + 1));
    taken.add(first);
    arrivals.drainTo(taken, max - 1);
    List<Delivery> batch = new ArrayList<>(taken.size());
    for (Arrival arrival : taken) {
      if (arrival.delivery() != null) {
        batch.add(arrival.delivery());
      }
    }
    return batch;
  }

  @Override
  public void settle(List<Delivery> batch) {
    acknowledge(batch, true);
  }

  @Override
  public void settleOne(Delivery delivery) {
    acknowledge(List.of(delivery), false);
  }

  @Override
  public void leave(Delivery delivery) {
    budget.release(delivery.body().length);
  }

  private void acknowledge(List<Delivery> batch, boolean multiple) {
    if (failure != null) {
      throw new MessagingException(failure);
    }
    try {
      inbound.acknowledge(batch.getLast(), multiple);
    } finally {
      batch.forEach(delivery -> budget.release(delivery.body().length));
    }
  }

  @Override
  public Receipt receipt() {
    return inbound.receipt();
  }

  @Override
  public void close() {
    budget.close();
    closing.run();
  }

  private void fail(String why) {
    if (failure == null) {
      failure = why;
    }
    budget.close();
    arrivals.add(new Arrival(null));
  }

  private final class Receiver extends DefaultConsumer {
    private final String queue;

    Receiver(Channel channel, String queue) {
      super(channel);
      this.queue = queue;
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      arrivals.add(new Arrival(inbound.delivery(envelope, properties, body)));
    }

    @Override
    public void handleCancel(String consumerTag) {
      fail("the broker cancelled the consumer of " + queue + ": the queue was deleted or moved");
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
      fail(Causes.of(cause));
    }
  }
}
