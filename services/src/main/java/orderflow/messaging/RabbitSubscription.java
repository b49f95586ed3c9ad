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
 * Buffers deliveries between the client's thread and the caller. Prefetch limits their number, and
 * {@link InboundByteLimit} their bytes.
 */
final class RabbitSubscription implements Subscription {
  private final Channel channel;
  private final String queue;
  private final DeliveryChannel deliveries;
  private final InboundByteLimit byteLimit;
  private final Optional<String> deliveryLimitRisk;
  private final Runnable closing;

  /** An empty element wakes a waiting caller after a failure. */
  private final LinkedBlockingQueue<Optional<Delivery>> arrived = new LinkedBlockingQueue<>();

  private String consumerTag = "";
  private volatile @Nullable MessagingException failure;

  private RabbitSubscription(
      Channel channel,
      String queue,
      int prefetch,
      InboundByteLimit byteLimit,
      Optional<String> deliveryLimitRisk,
      Runnable closing) {
    this.channel = channel;
    this.queue = queue;
    this.deliveries = new DeliveryChannel(channel, queue, prefetch);
    this.byteLimit = byteLimit;
    this.deliveryLimitRisk = deliveryLimitRisk;
    this.closing = closing;
  }

  static RabbitSubscription on(
      Channel channel,
      String queue,
      int prefetch,
      InboundByteLimit byteLimit,
      Optional<String> deliveryLimitRisk,
      Runnable closing)
      throws IOException {
    var subscription =
        new RabbitSubscription(channel, queue, prefetch, byteLimit, deliveryLimitRisk, closing);
    channel.getConnection().addShutdownListener(subscription::lost);
    channel.addShutdownListener(subscription::lost);
    subscription.consume(prefetch);
    return subscription;
  }

  private void consume(int prefetch) throws IOException {
    deliveries.prefetch(prefetch);
    consumerTag = channel.basicConsume(queue, false, new Receiver(channel));
  }

  /**
   * Replaces the consumer, because a prefetch applies to new consumers. A prefetch for the whole
   * channel could be changed in place, but quorum queues do not support it.
   */
  @Override
  public void prefetch(int prefetch) {
    try {
      channel.basicCancel(consumerTag);
      consume(prefetch);
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("changing the prefetch of " + queue, queue, e);
    }
  }

  @Override
  public Optional<String> deliveryLimitRisk() {
    return deliveryLimitRisk;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    Optional<Delivery> first = arrived.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    throwIfFailed();
    if (first == null) {
      return List.of();
    }
    List<Optional<Delivery>> taken = new ArrayList<>(Math.min(max, arrived.size() + 1));
    taken.add(first);
    arrived.drainTo(taken, max - 1);
    return taken.stream().flatMap(Optional::stream).toList();
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    ack(batch, true);
  }

  @Override
  public void ack(Delivery delivery) {
    ack(List.of(delivery), false);
  }

  @Override
  public void release(Delivery delivery) {
    byteLimit.release(delivery.body().length);
  }

  private void ack(List<Delivery> batch, boolean multiple) {
    throwIfFailed();
    try {
      deliveries.ack(batch.getLast(), multiple);
    } finally {
      batch.forEach(this::release);
    }
  }

  @Override
  public AckBarrier ackBarrier() {
    return deliveries.ackBarrier();
  }

  @Override
  public void close() {
    byteLimit.close();
    closing.run();
  }

  /** With the stack trace of the caller. */
  private void throwIfFailed() {
    MessagingException why = failure;
    if (why != null) {
      throw new MessagingException(why.detail(), why);
    }
  }

  private void lost(ShutdownSignalException signal) {
    fail(AmqpErrors.lost(queue, signal));
  }

  private void fail(MessagingException why) {
    if (failure == null) {
      failure = why;
    }
    byteLimit.close();
    arrived.add(Optional.empty());
  }

  private final class Receiver extends DefaultConsumer {
    Receiver(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      arrived.add(Optional.of(deliveries.delivery(envelope, properties, body)));
    }

    @Override
    public void handleCancel(String consumerTag) {
      fail(
          new MessagingException(
              Kind.CONSUMER_CANCELLED,
              "the broker cancelled the consumer of %s: the queue was deleted or moved"
                  .formatted(queue)));
    }

    @Override
    public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
      lost(signal);
    }
  }
}
