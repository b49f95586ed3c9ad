package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import java.io.IOException;

/** What a channel brings from one queue, and what goes back for it. As thread-safe as a channel. */
final class DeliveryChannel {
  private final Channel channel;
  private final String queue;
  private volatile int prefetch;

  /**
   * @param prefetch as it is set on {@code channel}
   */
  DeliveryChannel(Channel channel, String queue, int prefetch) {
    this.channel = channel;
    this.queue = queue;
    this.prefetch = prefetch;
  }

  /** As {@code prefetch} is set on the channel for consumers that come. */
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
        RawContentHeaders.unwrapped(properties),
        body);
  }

  /**
   * @param multiple whether all before it are acknowledged too
   * @throws MessagingException when the channel is lost
   */
  void ack(Delivery delivery, boolean multiple) {
    try {
      channel.basicAck(delivery.tag(), multiple);
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("acknowledging failed: " + AmqpErrors.rootOf(e), e);
    }
  }

  /**
   * A channel handles its frames in order, so any answer will do; this one sets what is set
   * already.
   *
   * @throws MessagingException when the channel is lost
   */
  AckBarrier ackBarrier() {
    try {
      var answer =
          channel.asyncCompletableRpc(new AMQP.Basic.Qos.Builder().prefetchCount(prefetch).build());
      return () -> answer.isDone() && !answer.isCompletedExceptionally();
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("asking for a receipt failed: " + AmqpErrors.rootOf(e), e);
    }
  }
}
