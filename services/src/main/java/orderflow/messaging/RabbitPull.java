package orderflow.messaging;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks for each message ({@code basic.get}), so that what was not asked for stays to be seen. */
final class RabbitPull implements Subscription {
  private static final int NO_PREFETCH = 0;
  private static final long MOST_BYTES = 8L * 1024 * 1024;

  private final Channel channel;
  private final String queue;
  private final DeliveryChannel inbound;
  private final Runnable closing;

  RabbitPull(Channel channel, String queue, Runnable closing) {
    this.channel = channel;
    this.queue = queue;
    this.inbound = new DeliveryChannel(channel, queue, NO_PREFETCH);
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
        batch.add(inbound.delivery(found.getEnvelope(), found.getProps(), found.getBody()));
      }
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("taking from " + queue + " failed: " + AmqpErrors.rootOf(e), e);
    }
    if (batch.isEmpty()) {
      Thread.sleep(wait);
    }
    return batch;
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    inbound.ack(batch.getLast(), true);
  }

  @Override
  public void ack(Delivery delivery) {
    inbound.ack(delivery, false);
  }

  /** Each message is asked for: nothing is sent ahead. */
  @Override
  public void prefetch(int prefetch) {}

  @Override
  public AckBarrier ackBarrier() {
    return inbound.ackBarrier();
  }

  @Override
  public void close() {
    closing.run();
  }
}
