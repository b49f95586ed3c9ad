package orderflow.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Broker;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;

/**
 * A {@link ScriptedBroker} that confirms at once, for a whole service with its threads. Can be made
 * unreachable. Thread-safe.
 */
public final class SharedBroker implements Broker {
  private final ScriptedBroker broker = new ScriptedBroker();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Integer> batches = new ArrayList<>();
  private boolean unreachable;

  /** Makes the broker unreachable while {@code unreachable}. */
  public void setUnreachable(boolean unreachable) {
    locked(() -> this.unreachable = unreachable);
  }

  /** Takes {@code message} as if another program had published it. */
  public void put(Message message) {
    locked(() -> {
      broker.put(message);
      changed.signalAll();
      return message;
    });
  }

  /** The messages of {@code queue}, oldest first. */
  public List<Message> waiting(String queue) {
    return locked(() -> broker.waiting(queue));
  }

  /** The number of messages of each ack. */
  public List<Integer> batches() {
    return locked(() -> List.copyOf(batches));
  }

  @Override
  public Publisher openPublisher(Duration confirmTimeout) {
    return locked(() -> new SharedPublisher(reached().publisher().confirmingAtOnce()));
  }

  @Override
  public Subscription subscribe(String queue, int prefetch) {
    return locked(() -> new SharedSubscription(queue, reached().subscription(queue)));
  }

  @Override
  public String address() {
    return "shared";
  }

  private ScriptedBroker reached() {
    if (unreachable) {
      throw new MessagingException("no broker answers");
    }
    return broker;
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private final class SharedPublisher implements Publisher {
    private final ScriptedPublisher publisher;

    SharedPublisher(ScriptedPublisher publisher) {
      this.publisher = publisher;
    }

    @Override
    public void publish(long id, Message message) {
      locked(() -> {
        publisher.publish(id, message);
        changed.signalAll();
        return id;
      });
    }

    @Override
    public boolean fits(Message message) {
      return locked(() -> publisher.fits(message));
    }

    @Override
    public Confirms confirms(Duration wait) {
      return locked(() -> publisher.confirms(wait));
    }

    @Override
    public int outstanding() {
      return locked(publisher::outstanding);
    }

    @Override
    public int remainingCapacity() {
      return locked(publisher::remainingCapacity);
    }

    @Override
    public Optional<String> blockedReason() {
      return locked(publisher::blockedReason);
    }

    @Override
    public void close() {
      locked(() -> {
        publisher.close();
        return publisher;
      });
    }
  }

  private final class SharedSubscription implements Subscription {
    private final String queue;
    private final ScriptedSubscription subscription;

    SharedSubscription(String queue, ScriptedSubscription subscription) {
      this.queue = queue;
      this.subscription = subscription;
    }

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
      lock.lock();
      try {
        long nanos = wait.toNanos();
        while (broker.waiting(queue).isEmpty() && nanos > 0) {
          nanos = changed.awaitNanos(nanos);
        }
        return subscription.poll(max, wait);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void ackAll(List<Delivery> batch) {
      locked(() -> {
        subscription.ackAll(batch);
        return batches.add(batch.size());
      });
    }

    @Override
    public void ack(Delivery delivery) {
      locked(() -> {
        subscription.ack(delivery);
        return batches.add(1);
      });
    }

    @Override
    public void prefetch(int prefetch) {
      locked(() -> {
        subscription.prefetch(prefetch);
        return prefetch;
      });
    }

    @Override
    public AckBarrier ackBarrier() {
      return locked(subscription::ackBarrier);
    }

    @Override
    public void close() {
      locked(() -> {
        subscription.close();
        return subscription;
      });
    }
  }
}
