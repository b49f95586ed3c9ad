package orderflow.messaging;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Polls with {@code basic.get}, so that the rest of the queue stays visible to others. */
final class RabbitPull implements Subscription {
  private static final int NO_PREFETCH = 0;
  private static final long MAX_BYTES = 8L * 1024 * 1024;

  private final Channel channel;
  private final String queue;
  private final DeliveryChannel deliveries;
  private final Runnable closing;

  RabbitPull(Channel channel, String queue, Runnable closing) {
    this.channel = channel;
    this.queue = queue;
    this.deliveries = new DeliveryChannel(channel, queue, NO_PREFETCH);
    this.closing = closing;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    List<Delivery> batch = new ArrayList<>();
    long bytes = 0;
    try {
      while (batch.size() < max && bytes < MAX_BYTES) {
        GetResponse found = channel.basicGet(queue, false);
        if (found == null) {
          break;
        }
        bytes += found.getBody().length;
        batch.add(deliveries.delivery(found.getEnvelope(), found.getProps(), found.getBody()));
      }
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("reading " + queue, queue, e);
    }
    if (batch.isEmpty()) {
      Thread.sleep(wait);
    }
    return batch;
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    deliveries.ack(batch.getLast(), true);
  }

  @Override
  public void ack(Delivery delivery) {
    deliveries.ack(delivery, false);
  }

  /** Without effect: the broker sends nothing ahead. */
  @Override
  public void prefetch(int prefetch) {}

  @Override
  public AckBarrier ackBarrier() {
    return deliveries.ackBarrier();
  }

  @Override
  public void close() {
    closing.run();
  }
}
