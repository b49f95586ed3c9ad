package orderflow.messaging;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The window is a ring indexed by the channel's sequence number. A returned message cannot be told
 * from its neighbours by number, but its return always precedes its confirm: so from the first
 * return on nothing on this channel counts as confirmed any more.
 */
final class RabbitPublisher implements Publisher {
  /** More in flight brings nothing (reference figures: 1,000 is as fast as 10,000). */
  private static final int WINDOW = 1 << 10;

  private static final int CLOSE_MILLIS = 3_000;
  private static final long FREE = Long.MIN_VALUE;

  private final Connection connection;
  private final Channel channel;
  private final long confirmNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private final long[] ids = new long[WINDOW];
  private final long[] publishedNanos = new long[WINDOW];
  private long[] confirmed = new long[WINDOW];
  private int confirmedCount;
  private long lowestOutstanding = 1;
  private long nextSequence = 1;
  private int outstanding;
  private @Nullable MessagingException failure;
  private volatile @Nullable String blocked;

  RabbitPublisher(Connection connection, Channel channel, Duration confirmTimeout)
      throws IOException {
    this.connection = connection;
    this.channel = channel;
    this.confirmNanos = confirmTimeout.toNanos();
    Arrays.fill(ids, FREE);
    connection.addBlockedListener(reason -> blocked = reason, () -> blocked = null);
    channel.addReturnListener(returned ->
        fail(
            new MessagingException(
                "no queue takes messages for exchange '%s' with key '%s' (%s)"
                    .formatted(
                        returned.getExchange(),
                        returned.getRoutingKey(),
                        returned.getReplyText()))));
    channel.addConfirmListener(
        this::settle,
        (sequence, multiple) ->
            fail(new MessagingException("the broker refused a message (nack)")));
    channel.addShutdownListener(cause -> fail(new MessagingException(Causes.of(cause), cause)));
    channel.confirmSelect();
  }

  @Override
  public void publish(long id, Message message) {
    record(id);
    try {
      channel.basicPublish(
          message.exchange(),
          message.routingKey(),
          true,
          message.properties().fittingInto(connection.getFrameMax()).amqp(),
          message.body());
    } catch (IOException | AlreadyClosedException e) {
      throw new MessagingException("publishing failed: " + Causes.rootOf(e), e);
    }
  }

  @Override
  public boolean fits(Message message) {
    return message.properties().fits(connection.getFrameMax());
  }

  /** Before the publish, because the confirm may come before the publish call returns. */
  private void record(long id) {
    lock.lock();
    try {
      throwIfFailed();
      if (room() == 0) {
        throw new IllegalStateException("the window of unconfirmed messages is full");
      }
      int slot = slot(nextSequence);
      ids[slot] = id;
      publishedNanos[slot] = System.nanoTime();
      nextSequence++;
      outstanding++;
    } finally {
      lock.unlock();
    }
  }

  private void settle(long sequence, boolean multiple) {
    lock.lock();
    try {
      if (failure != null) {
        return;
      }
      for (long s = multiple ? lowestOutstanding : sequence; s <= sequence; s++) {
        int slot = slot(s);
        if (ids[slot] != FREE) {
          confirmed[confirmedCount++] = ids[slot];
          ids[slot] = FREE;
          outstanding--;
        }
      }
      while (lowestOutstanding < nextSequence && ids[slot(lowestOutstanding)] == FREE) {
        lowestOutstanding++;
      }
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(MessagingException why) {
    lock.lock();
    try {
      if (failure == null) {
        failure = why;
      }
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long[] confirmed(Duration wait) throws InterruptedException {
    long remaining = wait.toNanos();
    lock.lock();
    try {
      while (confirmedCount == 0 && failure == null && outstanding > 0 && remaining > 0) {
        remaining = settled.awaitNanos(remaining);
      }
      if (confirmedCount == 0) {
        throwIfFailed();
        throwIfOverdue();
      }
      long[] taken = Arrays.copyOf(confirmed, confirmedCount);
      confirmedCount = 0;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Made anew, so that its stack trace is that of whoever meets it. */
  private void throwIfFailed() {
    if (failure != null) {
      throw new MessagingException(failure.detail(), failure);
    }
  }

  /** While an alarm blocks publishers, confirms rightly wait for it to clear. */
  private void throwIfOverdue() {
    if (outstanding > 0
        && blocked == null
        && System.nanoTime() - publishedNanos[slot(lowestOutstanding)] > confirmNanos) {
      throw new MessagingException(
          "the broker did not confirm a message within "
              + TimeUnit.NANOSECONDS.toSeconds(confirmNanos)
              + " s");
    }
  }

  @Override
  public int outstanding() {
    lock.lock();
    try {
      return outstanding;
    } finally {
      lock.unlock();
    }
  }

  /** Slots are reused in order, so an old unconfirmed message holds up the ring behind it. */
  @Override
  public int room() {
    lock.lock();
    try {
      int inRing = (int) (nextSequence - lowestOutstanding);
      return WINDOW - Math.max(inRing, outstanding + confirmedCount);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<String> blocked() {
    return Optional.ofNullable(blocked);
  }

  @Override
  public void close() {
    connection.abort(CLOSE_MILLIS);
  }

  private static int slot(long sequence) {
    return (int) (sequence & (WINDOW - 1));
  }
}
