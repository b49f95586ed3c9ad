package orderflow.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * A publisher whose confirms a test sends, withholds or loses. By default nothing is confirmed.
 * Never waits.
 */
public final class ScriptedPublisher implements Publisher {
  public static final int WINDOW = 1_024;

  private final ScriptedBroker broker;
  private final List<Sent> outstanding = new ArrayList<>();
  private final List<Long> confirmed = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final List<Long> published = new ArrayList<>();
  private final List<Duration> waits = new ArrayList<>();
  private long mostHeaderBytes = Long.MAX_VALUE;
  private boolean refusesAccess;
  private @Nullable String closesAt;
  private boolean confirmsAtOnce;
  private boolean confirmsOneALook;
  private @Nullable MessagingException failure;
  private @Nullable String blocked;

  private record Sent(long id, Message message) {}

  ScriptedPublisher(ScriptedBroker broker) {
    this.broker = broker;
  }

  /** Confirms every message at once from now on. */
  public ScriptedPublisher confirmingAtOnce() {
    confirmsAtOnce = true;
    return this;
  }

  /** Limits the encoded properties from now on. */
  public ScriptedPublisher withRoomFor(long headerBytes) {
    mostHeaderBytes = headerBytes;
    return this;
  }

  /** Confirms the oldest message at each call of {@link #confirms} from now on. */
  public ScriptedPublisher confirmingOneALook() {
    confirmsOneALook = true;
    return this;
  }

  /** The broker takes and confirms the message with {@code id}, at any position. */
  public void confirm(long id) {
    take(id);
    confirmed.add(id);
  }

  /** The broker takes the message with {@code id}; its confirm is still under way. */
  public void take(long id) {
    if (!broker.route(answered(id).message())) {
      throw new IllegalStateException("no queue takes it");
    }
  }

  /** The broker refuses the message with {@code id}. */
  public void nack(long id) {
    nacked(answered(id).id());
  }

  /** The broker returns the message with {@code id} as unroutable, and then confirms it. */
  public void giveBack(long id) {
    returned(answered(id));
  }

  /** Closes the channel because of the last published message. */
  public void closeChannel(int code, String text) {
    var close = new AMQP.Channel.Close.Builder().replyCode(code).replyText(text).build();
    fail(new MessagingException(text, new ShutdownSignalException(false, false, close, this)));
  }

  private Sent answered(long id) {
    Sent sent = outstanding.stream().filter(s -> s.id() == id).findFirst().orElseThrow();
    outstanding.remove(sent);
    return sent;
  }

  private void nacked(long id) {
    refused.add(new Refusal(id, Refusal.Kind.NACK, "the broker refused a message (nack)"));
  }

  private void returned(Sent sent) {
    refused.add(
        new Refusal(
            sent.id(),
            Refusal.Kind.UNROUTABLE,
            "no queue takes messages for key '" + sent.message().routingKey() + "'"));
  }

  /** From now on the broker closes the channel at each message that contains {@code text}. */
  public ScriptedPublisher closingAt(String text) {
    closesAt = text;
    return this;
  }

  /** Loses the connection, which the next publish notices. */
  public void failPublishes() {
    fail("the connection was lost");
  }

  /** Closes the channel at every publish from now on, because the permission is missing. */
  public ScriptedPublisher refusingAccess() {
    refusesAccess = true;
    return this;
  }

  /** Loses the connection and all unread confirms. */
  public void disconnect() {
    fail("the connection was lost");
    confirmed.clear();
    refused.clear();
  }

  public void block(String reason) {
    blocked = reason;
  }

  public void unblock() {
    blocked = null;
  }

  /** The waits of the calls of {@link #confirms}. */
  public List<Duration> waits() {
    return List.copyOf(waits);
  }

  /** The published ids in order. */
  public List<Long> published() {
    return List.copyOf(published);
  }

  @Override
  public void publish(long id, Message message) {
    throwIfFailed();
    if (remainingCapacity() == 0) {
      throw new IllegalStateException("the window of unconfirmed messages is full");
    }
    published.add(id);
    if (closesAt != null && new String(message.body(), UTF_8).contains(closesAt + "\"")) {
      closeChannel(AMQP.PRECONDITION_FAILED, "message size 5 is larger than configured max size 4");
    } else if (refusesAccess) {
      closeChannel(AMQP.ACCESS_REFUSED, "access refused");
    } else if (!confirmsAtOnce) {
      outstanding.add(new Sent(id, message));
    } else if (broker.isFull(message)) {
      nacked(id);
    } else if (broker.route(message)) {
      confirmed.add(id);
    } else {
      returned(new Sent(id, message));
    }
  }

  @Override
  public boolean fits(Message message) {
    return message.properties().encode().length <= mostHeaderBytes;
  }

  @Override
  public Confirms confirms(Duration wait) {
    waits.add(wait);
    if (confirmsOneALook && !outstanding.isEmpty()) {
      confirm(outstanding.getFirst().id());
    }
    if (confirmed.isEmpty() && refused.isEmpty()) {
      throwIfFailed();
    }
    var answers =
        new Confirms(confirmed.stream().mapToLong(Long::longValue).toArray(), List.copyOf(refused));
    confirmed.clear();
    refused.clear();
    return answers;
  }

  @Override
  public int outstanding() {
    return outstanding.size();
  }

  @Override
  public int remainingCapacity() {
    return WINDOW - outstanding.size() - confirmed.size() - refused.size();
  }

  @Override
  public Optional<String> blockedReason() {
    return Optional.ofNullable(blocked);
  }

  @Override
  public void close() {
    disconnect();
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
