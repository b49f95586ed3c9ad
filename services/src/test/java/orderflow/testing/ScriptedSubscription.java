package orderflow.testing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Subscription;
import orderflow.testing.ScriptedBroker.Stored;

/**
 * A consumer of one queue of a {@link ScriptedBroker}. Never waits. When it is lost, unacknowledged
 * messages are requeued in order and marked as redelivered.
 */
public final class ScriptedSubscription implements Subscription {
  private final ScriptedBroker broker;
  private final String queue;
  private final Deque<Delivery> unacked = new ArrayDeque<>();
  private final List<List<Delivery>> acked = new ArrayList<>();
  private final List<Duration> waits = new ArrayList<>();
  private final List<Integer> prefetches = new ArrayList<>();
  private long nextTag = 1;
  private int ackBarriers;
  private boolean receiptsArrive = true;
  private boolean lost;

  ScriptedSubscription(ScriptedBroker broker, String queue) {
    this.broker = broker;
    this.queue = queue;
  }

  /** Loses the connection. */
  public void disconnect() {
    if (!lost) {
      lost = true;
      while (!unacked.isEmpty()) {
        Delivery delivery = unacked.removeLast();
        var message =
            new Message(
                delivery.exchange(), delivery.routingKey(), delivery.properties(), delivery.body());
        broker.queue(queue).addFirst(new Stored(message, true));
      }
    }
  }

  /** The acknowledged batches. */
  public List<List<Delivery>> acked() {
    return List.copyOf(acked);
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) {
    throwIfLost();
    waits.add(wait);
    List<Delivery> batch = new ArrayList<>();
    while (batch.size() < max && !broker.queue(queue).isEmpty()) {
      Stored stored = broker.queue(queue).removeFirst();
      Message message = stored.message();
      batch.add(
          new Delivery(
              nextTag++,
              stored.redelivered(),
              queue,
              message.exchange(),
              message.routingKey(),
              message.properties(),
              message.body()));
    }
    unacked.addAll(batch);
    return batch;
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    throwIfLost();
    if (!batch.equals(List.copyOf(unacked))) {
      throw new IllegalArgumentException("a multiple ack of something else than what was polled");
    }
    acked.add(List.copyOf(batch));
    unacked.clear();
  }

  @Override
  public void ack(Delivery delivery) {
    throwIfLost();
    if (!unacked.remove(delivery)) {
      throw new IllegalArgumentException("an ack of something that was not polled");
    }
  }

  /** Ack barriers are not reached from now on. */
  public void withholdAckBarriers() {
    receiptsArrive = false;
  }

  /** All ack barriers are reached, including withheld ones. */
  public void releaseAckBarriers() {
    receiptsArrive = true;
  }

  /** The number of ack barriers. */
  public int ackBarriers() {
    return ackBarriers;
  }

  /** The waits of the polls. */
  public List<Duration> waits() {
    return List.copyOf(waits);
  }

  /** The changed prefetches. */
  public List<Integer> prefetches() {
    return List.copyOf(prefetches);
  }

  @Override
  public void prefetch(int prefetch) {
    throwIfLost();
    prefetches.add(prefetch);
  }

  @Override
  public AckBarrier ackBarrier() {
    throwIfLost();
    ackBarriers++;
    return () -> receiptsArrive;
  }

  @Override
  public void close() {
    disconnect();
  }

  private void throwIfLost() {
    if (lost) {
      throw new MessagingException("the connection was lost");
    }
  }
}
