package orderflow.messaging;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import orderflow.messaging.MessagingException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The queue in the middle is bounded by prefetch in count and by {@link InboundByteLimit} in bytes.
 */
final class RabbitSubscription implements Subscription {
  private final Channel channel;
  private final String queue;
  private final DeliveryChannel inbound;
  private final InboundByteLimit budget;
  private final Optional<String> deliveryLimitRisk;
  private final Runnable closing;

  /** Holds the deliveries, and once lost an empty element to wake whoever polls. */
  private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  private String consumerTag = "";
  private volatile @Nullable MessagingException failure;

  private record Arrival(@Nullable Delivery delivery) {}

  private RabbitSubscription(
      Channel channel,
      String queue,
      int prefetch,
      InboundByteLimit budget,
      Optional<String> deliveryLimitRisk,
      Runnable closing) {
    this.channel = channel;
    this.queue = queue;
    this.inbound = new DeliveryChannel(channel, queue, prefetch);
    this.budget = budget;
    this.deliveryLimitRisk = deliveryLimitRisk;
    this.closing = closing;
  }

  static RabbitSubscription on(
      Channel channel, String queue, int prefetch, InboundByteLimit budget, Runnable closing)
      throws IOException {
    return on(channel, queue, prefetch, budget, Optional.empty(), closing);
  }

  static RabbitSubscription on(
      Channel channel,
      String queue,
      int prefetch,
      InboundByteLimit budget,
      Optional<String> deliveryLimitRisk,
      Runnable closing)
      throws IOException {
    var subscription =
        new RabbitSubscription(channel, queue, prefetch, budget, deliveryLimitRisk, closing);
    channel.getConnection().addShutdownListener(cause -> subscription.fail(lost(cause)));
    channel.addShutdownListener(cause -> subscription.fail(lost(cause)));
    subscription.consume(prefetch);
    return subscription;
  }

  private static MessagingException lost(ShutdownSignalException cause) {
    return new MessagingException(AmqpErrors.of(cause), cause);
  }

  private void consume(int prefetch) throws IOException {
    inbound.prefetch(prefetch);
    consumerTag = channel.basicConsume(queue, false, new Receiver(channel));
  }

  /**
   * A prefetch holds for consumers that come after it, so another consumer takes over. Quorum
   * queues know no prefetch of the whole channel, which could be changed in place.
   */
  @Override
  public void prefetch(int prefetch) {
    try {
      channel.basicCancel(consumerTag);
      consume(prefetch);
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException(
          "changing the prefetch of " + queue + " failed: " + AmqpErrors.rootOf(e), e);
    }
  }

  @Override
  public Optional<String> deliveryLimitRisk() {
    return deliveryLimitRisk;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    Arrival first = arrivals.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    throwIfFailed();
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
  public void ackAll(List<Delivery> batch) {
    acknowledge(batch, true);
  }

  @Override
  public void ack(Delivery delivery) {
    acknowledge(List.of(delivery), false);
  }

  @Override
  public void release(Delivery delivery) {
    budget.release(delivery.body().length);
  }

  private void acknowledge(List<Delivery> batch, boolean multiple) {
    throwIfFailed();
    try {
      inbound.ack(batch.getLast(), multiple);
    } finally {
      batch.forEach(delivery -> budget.release(delivery.body().length));
    }
  }

  @Override
  public AckBarrier ackBarrier() {
    return inbound.ackBarrier();
  }

  @Override
  public void close() {
    budget.close();
    closing.run();
  }

  /** Made anew, so that its stack trace is that of whoever meets it. */
  private void throwIfFailed() {
    MessagingException why = failure;
    if (why != null) {
      throw new MessagingException(why.detail(), why);
    }
  }

  private void fail(MessagingException why) {
    if (failure == null) {
      failure = why;
    }
    budget.close();
    arrivals.add(new Arrival(null));
  }

  private final class Receiver extends DefaultConsumer {
    Receiver(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      arrivals.add(new Arrival(inbound.delivery(envelope, properties, body)));
    }

    @Override
    public void handleCancel(String consumerTag) {
      fail(
          new MessagingException(
              Kind.CONSUMER_CANCELLED,
              "the broker cancelled the consumer of "
                  + queue
                  + ": the queue was deleted or moved"));
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
      fail(lost(cause));
    }
  }
}
