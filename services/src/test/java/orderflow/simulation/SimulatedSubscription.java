package orderflow.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Subscription;
import orderflow.testing.ScriptedBroker.Stored;

/**
 * A consumer whose acknowledgements arrive late or never. When the broker notices the lost
 * connection, unacknowledged messages return to the head of the queue, in order, marked as
 * redelivered.
 */
final class SimulatedSubscription implements Subscription, SimulatedBroker.Link {
  private static final int PREFETCH = 24;

  private final SimulatedBroker broker;
  private final SimulatedChance chance;
  private final String queue;
  private final Map<Long, Stored> unacknowledged = new TreeMap<>();
  private final Deque<Delivery> toClient = new ArrayDeque<>();
  private final Deque<Acknowledgement> toBroker = new ArrayDeque<>();
  private long nextTag = 1;
  private boolean cancelled;
  private boolean lost;
  private boolean gone;

  /** An acknowledgement in flight; without a tag only a barrier. */
  private static final class Acknowledgement implements AckBarrier {
    private final long tag;
    private final boolean multiple;
    private boolean answered;

    Acknowledgement(long tag, boolean multiple) {
      this.tag = tag;
      this.multiple = multiple;
    }

    @Override
    public boolean isReached() {
      return answered;
    }
  }

  SimulatedSubscription(SimulatedBroker broker, SimulatedChance chance, String queue) {
    this.broker = broker;
    this.chance = chance;
    this.queue = queue;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) {
    throwIfLost();
    throwIfCancelled();
    move();
    chance.maybeCrash("before a poll");
    List<Delivery> batch = new ArrayList<>();
    int most = Math.min(max, 1 + chance.below(PREFETCH));
    while (batch.size() < most && !toClient.isEmpty()) {
      batch.add(toClient.removeFirst());
    }
    if (chance.isTracing() && !batch.isEmpty()) {
      chance.note("  from", queue, batch.stream().map(SimulatedSubscription::brief).toList());
    }
    return batch;
  }

  private static String brief(Delivery delivery) {
    String body = SimulationHistory.text(delivery.body());
    return delivery.tag() + (delivery.redelivered() ? " again " : " ") + body;
  }

  @Override
  public void ackAll(List<Delivery> batch) {
    acknowledge(batch.getLast().tag(), true);
  }

  @Override
  public void ack(Delivery delivery) {
    acknowledge(delivery.tag(), false);
  }

  private void acknowledge(long tag, boolean multiple) {
    chance.maybeCrash("before an acknowledgement");
    throwIfLost();
    throwIfCancelled();
    chance.note("  ack", queue, tag);
    toBroker.add(new Acknowledgement(tag, multiple));
    if (chance.oneIn(2)) {
      move();
    }
    chance.maybeCrash("after an acknowledgement");
  }

  /** Ignored: the simulation has a fixed prefetch. */
  @Override
  public void prefetch(int prefetch) {}

  @Override
  public AckBarrier ackBarrier() {
    throwIfLost();
    var asked = new Acknowledgement(0, false);
    toBroker.add(asked);
    return asked;
  }

  @Override
  public void move() {
    if (lost) {
      return;
    }
    for (int n = chance.below(3); n > 0 && !toBroker.isEmpty(); n--) {
      arrive(true);
    }
    var waiting = broker.queues().queue(queue);
    for (int n = chance.below(8);
        n > 0 && !cancelled && !waiting.isEmpty() && unacknowledged.size() < PREFETCH;
        n--) {
      deliver(waiting.removeFirst());
    }
  }

  private void deliver(Stored stored) {
    long tag = nextTag++;
    unacknowledged.put(tag, stored);
    Message message = stored.message();
    toClient.add(
        new Delivery(
            tag,
            stored.redelivered(),
            queue,
            message.exchange(),
            message.routingKey(),
            message.properties(),
            message.body()));
  }

  private void arrive(boolean answerReturns) {
    Acknowledgement acknowledgement = toBroker.removeFirst();
    unacknowledged
        .entrySet()
        .removeIf(each -> {
          long tag = each.getKey();
          boolean acked =
              acknowledgement.multiple ? tag <= acknowledgement.tag : tag == acknowledgement.tag;
          if (acked) {
            broker.removed(queue, each.getValue().message());
          }
          return acked;
        });
    acknowledgement.answered = answerReturns;
  }

  @Override
  public void cut(boolean noticed) {
    if (!lost) {
      lost = true;
      for (int n = chance.below(toBroker.size() + 1); n > 0; n--) {
        arrive(false);
      }
      toBroker.clear();
      toClient.clear();
    }
    if (noticed) {
      notice();
    }
  }

  @Override
  public void upset() {
    if (!lost && chance.strikes(SimulatedFault.CONSUMER_CANCELLED)) {
      cancelled = true;
      toClient.clear();
    } else if (!lost && chance.strikes(SimulatedFault.CHANNEL_CLOSED)) {
      lost = true;
      toBroker.clear();
      toClient.clear();
      notice();
    }
  }

  @Override
  public void notice() {
    if (lost && !gone) {
      gone = true;
      var waiting = broker.queues().queue(queue);
      List<Stored> back = new ArrayList<>(unacknowledged.values());
      for (Stored stored : back.reversed()) {
        waiting.addFirst(new Stored(stored.message(), true));
        broker.returned(queue, stored.message());
      }
      unacknowledged.clear();
      chance.note(" ", back.size(), "return to", queue);
    }
  }

  @Override
  public boolean isIdle() {
    return unacknowledged.isEmpty() && toBroker.isEmpty();
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public void close() {
    cut(true);
  }

  private void throwIfCancelled() {
    if (cancelled) {
      throw new MessagingException("simulated: the consumer was cancelled");
    }
  }

  private void throwIfLost() {
    if (lost) {
      throw new MessagingException("simulated: the connection was cut");
    }
  }
}
