package orderflow.testing;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import org.jspecify.annotations.Nullable;

/**
 * A publisher whose confirms are given, withheld or lost as a test says. Without instructions
 * nothing is confirmed. Never waits.
 */
public final class ScriptedPublisher implements Publisher {
  public static final int WINDOW = 1_024;

  private final ScriptedBroker broker;
  private final List<Sent> outstanding = new ArrayList<>();
  private final List<Long> confirmed = new ArrayList<>();
  private final List<Long> published = new ArrayList<>();
  private final List<Duration> waits = new ArrayList<>();
  private long mostHeaderBytes = Long.MAX_VALUE;
  private boolean refusesAccess;
  private boolean confirmsAtOnce;
  private boolean confirmsOneALook;
  private @Nullable MessagingException failure;
  private @Nullable String blocked;

  private record Sent(long id, Message message) {}

  ScriptedPublisher(ScriptedBroker broker) {
    this.broker = broker;
  }

  /** From now on each message is taken and confirmed at once. */
  public ScriptedPublisher confirmingAtOnce() {
    confirmsAtOnce = true;
    return this;
  }

  /** From now on properties fit that are at most so many bytes, encoded. */
  public ScriptedPublisher withRoomFor(long headerBytes) {
    mostHeaderBytes = headerBytes;
    return this;
  }

  /** From now on the oldest message is taken and confirmed each time confirms are asked for. */
  public ScriptedPublisher confirmingOneALook() {
    confirmsOneALook = true;
    return this;
  }

  /** The broker takes and confirms the message with {@code id}, whatever its place. */
  public void confirm(long id) {
    take(id);
    confirmed.add(id);
  }

  /** The broker takes the message with {@code id}; its confirm is still under way. */
  public void take(long id) {
    Sent sent = outstanding.stream().filter(s -> s.id() == id).findFirst().orElseThrow();
    outstanding.remove(sent);
    if (!broker.route(sent.message())) {
      fail("no queue takes messages for key '" + sent.message().routingKey() + "'");
      throw new IllegalStateException("returned as unroutable; ask for confirms to see it fail");
    }
  }

  /** The broker refuses something. */
  public void nack() {
    fail("the broker refused a message (nack)");
  }

  /** From now on the broker closes the channel at whatever is published, for want of rights. */
  public ScriptedPublisher refusingAccess() {
    refusesAccess = true;
    return this;
  }

  /** The connection is lost, with every confirm that was not collected. */
  public void lose() {
    fail("the connection was lost");
    confirmed.clear();
  }

  public void block(String reason) {
    blocked = reason;
  }

  public void unblock() {
    blocked = null;
  }

  /** How long the caller would have waited for confirms, each time it asked. */
  public List<Duration> waits() {
    return List.copyOf(waits);
  }

  /** The ids that were published here, in order. */
  public List<Long> published() {
    return List.copyOf(published);
  }

  @Override
  public void publish(long id, Message message) {
    throwIfFailed();
    if (room() == 0) {
      throw new IllegalStateException("the window of unconfirmed messages is full");
    }
    published.add(id);
    if (refusesAccess) {
      var close = new AMQP.Channel.Close.Builder().replyCode(AMQP.ACCESS_REFUSED).build();
      fail(
          new MessagingException(
              "access refused", new ShutdownSignalException(false, false, close, this)));
    } else if (!confirmsAtOnce) {
      outstanding.add(new Sent(id, message));
    } else if (broker.route(message)) {
      confirmed.add(id);
    } else {
      fail("no queue takes messages for key '" + message.routingKey() + "'");
    }
  }

  @Override
  public boolean fits(Message message) {
    return message.properties().encode().length <= mostHeaderBytes;
  }

  @Override
  public long[] confirmed(Duration wait) {
    waits.add(wait);
    if (confirmsOneALook && !outstanding.isEmpty()) {
      confirm(outstanding.getFirst().id());
    }
    if (confirmed.isEmpty()) {
      throwIfFailed();
    }
    long[] taken = confirmed.stream().mapToLong(Long::longValue).toArray();
    confirmed.clear();
    return taken;
  }

  @Override
  public int outstanding() {
    return outstanding.size();
  }

  @Override
  public int room() {
    return WINDOW - outstanding.size() - confirmed.size();
  }

  @Override
  public Optional<String> blocked() {
    return Optional.ofNullable(blocked);
  }

  @Override
  public void close() {
    lose();
  }

  private void fail(String why) {
    fail(new MessagingException(why));
  }

  private void fail(MessagingException why) {
    if (failure == null) {
      failure = why;
    }
  }

  private void throwIfFailed() {
    if (failure != null) {
      throw new MessagingException(failure.detail(), failure);
    }
  }
}
