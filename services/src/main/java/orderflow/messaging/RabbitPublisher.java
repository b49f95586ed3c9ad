package orderflow.messaging;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import orderflow.messaging.MessagingException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Keeps outstanding confirms in a ring that is indexed by the channel's sequence number. A return
 * has no such number, but arrives before the confirm of its message; so it marks every outstanding
 * message with the same hash as unroutable. One of two equal messages may then be published again
 * although it arrived, but no returned message counts as confirmed.
 */
final class RabbitPublisher implements Publisher {
  /** Measured: 10,000 outstanding confirms are no faster. */
  private static final int WINDOW = 1 << 10;

  private static final int CLOSE_MILLIS = 3_000;
  private static final long FREE = Long.MIN_VALUE;

  private final Connection connection;
  private final Channel channel;
  private final long confirmNanos;
  private final Map<String, String> unusable;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long[] ids = new long[WINDOW];
  private final long[] publishedNanos = new long[WINDOW];
  private final long[] hashes = new long[WINDOW];
  private final @Nullable String[] returned = new @Nullable String[WINDOW];
  private final long[] confirmed = new long[WINDOW];
  private int confirmedCount;
  private final List<Refusal> refused = new ArrayList<>();
  private long lowestOutstanding = 1;
  private long nextSequence = 1;
  private int outstanding;
  private @Nullable MessagingException failure;
  private volatile @Nullable String blocked;

  /**
   * @param unusable the reason by the name of an exchange or queue that cannot be used
   */
  RabbitPublisher(
      Connection connection, Channel channel, Duration confirmTimeout, Map<String, String> unusable)
      throws IOException {
    this.unusable = unusable;
    this.connection = connection;
    this.channel = channel;
    this.confirmNanos = confirmTimeout.toNanos();
    Arrays.fill(ids, FREE);
    connection.addBlockedListener(reason -> blocked = reason, () -> blocked = null);
    channel.addReturnListener(this::returned);
    channel.addConfirmListener(
        (sequence, multiple) -> answered(sequence, multiple, true),
        (sequence, multiple) -> answered(sequence, multiple, false));
    channel.addShutdownListener(
        cause -> fail(new MessagingException(AmqpErrors.reasonOf(cause), cause)));
    channel.confirmSelect();
    awaitReader(connection);
  }

  /**
   * Waits until the client's reading thread has let go of the channel. After a response that thread
   * locks the channel once more; if a publish to a broker that stopped reading held the lock by
   * then, nothing would notice the missed heartbeats. It has passed that point when it hands over a
   * response on another channel.
   */
  private static void awaitReader(Connection connection) throws IOException {
    Optional<Channel> other = connection.openChannel();
    if (other.isPresent()) { // the address may allow only one channel
      other.get().abort();
    }
  }

  @Override
  public void publish(long id, Message message) {
    requireUsable(message.exchange(), message.routingKey());
    MessageProperties properties = message.properties().fittingInto(connection.getFrameMax());
    record(id, hash(message.exchange(), message.routingKey(), properties, message.body()));
    try {
      channel.basicPublish(
          message.exchange(), message.routingKey(), true, properties.toAmqp(), message.body());
    } catch (IOException | AlreadyClosedException | IllegalArgumentException e) {
      throw AmqpErrors.failure("publishing", e);
    }
  }

  /** A missing queue, or one that is not durable, would lose a confirmed message. */
  private void requireUsable(String exchange, String routingKey) {
    if (unusable.isEmpty()) {
      return;
    }
    Stream.concat(Stream.of(exchange), Topology.queues(exchange, routingKey).stream())
        .map(unusable::get)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(why -> {
          throw new MessagingException(Kind.DESTINATION_UNUSABLE, why);
        });
  }

  @Override
  public boolean fits(Message message) {
    return message.properties().fits(connection.getFrameMax());
  }

  /** Called before the publish, which may return after the confirm. */
  private void record(long id, long hash) {
    lock.lock();
    try {
      throwIfFailed();
      if (remainingCapacity() == 0) {
        throw new IllegalStateException("the window of unconfirmed messages is full");
      }
      int slot = slot(nextSequence);
      ids[slot] = id;
      hashes[slot] = hash;
      publishedNanos[slot] = System.nanoTime();
      nextSequence++;
      outstanding++;
    } finally {
      lock.unlock();
    }
  }

  /** A hash of the parts of a message that a return contains. */
  private static long hash(
      String exchange, String routingKey, MessageProperties properties, byte[] body) {
    String id = properties.header(DeadLetter.ID);
    int name = Objects.hash(exchange, routingKey, properties.messageId(), id == null ? "" : id);
    return ((long) name << Integer.SIZE) ^ (Arrays.hashCode(body) & 0xffff_ffffL);
  }

  private void returned(Return message) {
    String why =
        "no queue takes messages for exchange '%s' with key '%s' (%s)"
            .formatted(message.getExchange(), message.getRoutingKey(), message.getReplyText());
    long hash =
        hash(
            message.getExchange(),
            message.getRoutingKey(),
            RawFrameHandler.unwrapped(message.getProperties()),
            message.getBody());
    boolean known = false;
    lock.lock();
    try {
      for (long s = lowestOutstanding; s < nextSequence; s++) {
        int slot = slot(s);
        if (ids[slot] != FREE && hashes[slot] == hash) {
          returned[slot] = why;
          known = true;
        }
      }
    } finally {
      lock.unlock();
    }
    if (!known) {
      fail(new MessagingException(why)); // the returned message is unknown
    }
  }

  private void answered(long sequence, boolean multiple, boolean taken) {
    lock.lock();
    try {
      if (failure != null) {
        return;
      }
      for (long s = multiple ? lowestOutstanding : sequence; s <= sequence; s++) {
        int slot = slot(s);
        if (ids[slot] != FREE) {
          String why = returned[slot];
          if (why != null) {
            refused.add(new Refusal(ids[slot], Refusal.Kind.UNROUTABLE, why));
          } else if (!taken) {
            refused.add(
                new Refusal(ids[slot], Refusal.Kind.NACK, "the broker refused a message (nack)"));
          } else {
            confirmed[confirmedCount++] = ids[slot];
          }
          ids[slot] = FREE;
          returned[slot] = null;
          outstanding--;
        }
      }
      while (lowestOutstanding < nextSequence && ids[slot(lowestOutstanding)] == FREE) {
        lowestOutstanding++;
      }
      changed.signalAll();
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
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Confirms confirms(Duration wait) throws InterruptedException {
    long remaining = wait.toNanos();
    lock.lock();
    try {
      while (unread() == 0 && failure == null && outstanding > 0 && remaining > 0) {
        remaining = changed.awaitNanos(remaining);
      }
      if (unread() == 0) {
        throwIfFailed();
        throwIfOverdue();
      }
      var confirms = new Confirms(Arrays.copyOf(confirmed, confirmedCount), List.copyOf(refused));
      confirmedCount = 0;
      refused.clear();
      return confirms;
    } finally {
      lock.unlock();
    }
  }

  private int unread() {
    return confirmedCount + refused.size();
  }

  /** With the stack trace of the caller. */
  private void throwIfFailed() {
    if (failure != null) {
      throw new MessagingException(failure.detail(), failure);
    }
  }

  /** While an alarm blocks publishers, confirms may take any time. */
  private void throwIfOverdue() {
    if (outstanding > 0
        && blocked == null
        && System.nanoTime() - publishedNanos[slot(lowestOutstanding)] > confirmNanos) {
      throw new MessagingException(
          Kind.TIMEOUT,
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

  /** Slots are reused in order: an old unconfirmed message blocks the ring. */
  @Override
  public int remainingCapacity() {
    lock.lock();
    try {
      int inRing = (int) (nextSequence - lowestOutstanding);
      return WINDOW - Math.max(inRing, outstanding + unread());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<String> blockedReason() {
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
