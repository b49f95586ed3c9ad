package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import java.io.IOException;

/** Deliveries of one queue on a channel, and their acks. As thread-safe as a channel. */
final class DeliveryChannel {
  private final Channel channel;
  private final String queue;
  private volatile int prefetch;

  /**
   * @param prefetch that {@code channel} has
   */
  DeliveryChannel(Channel channel, String queue, int prefetch) {
    this.channel = channel;
    this.queue = queue;
    this.prefetch = prefetch;
  }

  /** For the consumers that are added after this. */
  void prefetch(int changed) throws IOException {
    channel.basicQos(changed);
    prefetch = changed;
  }

  Delivery delivery(Envelope envelope, BasicProperties properties, byte[] body) {
    return new Delivery(
        envelope.getDeliveryTag(),
        envelope.isRedeliver(),
        queue,
        envelope.getExchange(),
        envelope.getRoutingKey(),
        RawFrameHandler.unwrapped(properties),
        body);
  }

  /**
   * @param multiple whether all deliveries before it are acknowledged too
   * @throws MessagingException when the channel is lost
   */
  void ack(Delivery delivery, boolean multiple) {
    try {
      channel.basicAck(delivery.tag(), multiple);
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("acknowledging", queue, e);
    }
  }

  /**
   * Sends a request that changes nothing: a channel handles its frames in order, so the reply also
   * follows the acks before it.
   *
   * @throws MessagingException when the channel is lost
   */
  AckBarrier ackBarrier() {
    try {
      var reply =
          channel.asyncCompletableRpc(new AMQP.Basic.Qos.Builder().prefetchCount(prefetch).build());
      return () -> reply.isDone() && !reply.isCompletedExceptionally();
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("waiting for acks", queue, e);
    }
  }
}
