package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks for each message ({@code basic.get}), so that what was not asked for stays to be seen. */
final class RabbitPull implements Subscription {
  private static final long MOST_BYTES = 8L * 1024 * 1024;

  private final Channel channel;
  private final String queue;
  private final Runnable closing;

  RabbitPull(Channel channel, String queue, Runnable closing) {
    this.channel = channel;
    this.queue = queue;
    this.closing = closing;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    List<Delivery> batch = new ArrayList<>();
    long bytes = 0;
    try {
      while (batch.size() < max && bytes < MOST_BYTES) {
        GetResponse found = channel.basicGet(queue, false);
        if (found == null) {
          break;
        }
        bytes += found.getBody().length;
        batch.add(delivery(found));
      }
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("taking from " + queue + " failed: " + Causes.rootOf(e), e);
    }
    if (batch.isEmpty()) {
      Thread.sleep(wait);
    }
    return batch;
  }

  private Delivery delivery(GetResponse found) {
    var envelope = found.getEnvelope();
    return new Delivery(
        envelope.getDeliveryTag(),
        envelope.isRedeliver(),
        queue,
        envelope.getExchange(),
        envelope.getRoutingKey(),
        new Properties(found.getProps()),
        found.getBody());
  }

  @Override
  public void settle(List<Delivery> batch) {
    acknowledge(batch.getLast(), true);
  }

  @Override
  public void settleOne(Delivery delivery) {
    acknowledge(delivery, false);
  }

  private void acknowledge(Delivery delivery, boolean multiple) {
    try {
      channel.basicAck(delivery.tag(), multiple);
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("acknowledging failed: " + Causes.rootOf(e), e);
    }
  }

  @Override
  public Receipt receipt() {
    try {
      var answer = channel.asyncCompletableRpc(new AMQP.Basic.Qos.Builder().build());
      return () -> answer.isDone() && !answer.isCompletedExceptionally();
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("asking for a receipt failed: " + Causes.rootOf(e), e);
    }
  }

  @Override
  public void close() {
    closing.run();
  }
}
