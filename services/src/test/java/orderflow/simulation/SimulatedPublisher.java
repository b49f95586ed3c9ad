package orderflow.simulation;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import org.jspecify.annotations.Nullable;

/** A channel in confirm mode whose publishes and confirms are delayed or lost. */
final class SimulatedPublisher implements Publisher, SimulatedBroker.Link {
  private static final int WINDOW = 160;

  /** A confirm is overdue after this many steps. */
  private static final int PATIENCE = 150;

  private final SimulatedBroker broker;
  private final SimulatedChance chance;
  private final Deque<Sent> toBroker = new ArrayDeque<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Long> confirmed = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final Map<Long, Integer> unconfirmed = new HashMap<>();
  private int outstanding;
  private @Nullable MessagingException failure;

  private record Sent(long id, Message message) {}

  /** A confirm or a refusal in flight to the client. */
  private record Answer(long id, Refusal.@Nullable Kind refusal) {}

  SimulatedPublisher(SimulatedBroker broker, SimulatedChance chance) {
    this.broker = broker;
    this.chance = chance;
  }

  @Override
  public void publish(long id, Message message) {
    throwIfFailed();
    if (remainingCapacity() == 0) {
      throw new IllegalStateException("the window of unconfirmed messages is full");
    }
    chance.maybeCrash("before a publish");
    toBroker.add(new Sent(id, message));
    unconfirmed.put(id, chance.steps());
    outstanding++;
    if (chance.oneIn(4)) {
      move();
    }
    chance.maybeCrash("after a publish");
  }

  @Override
  public boolean fits(Message message) {
    return true;
  }

  @Override
  public Confirms confirms(Duration wait) {
    move();
    chance.maybeCrash("before the confirms");
    if (confirmed.isEmpty() && refused.isEmpty()) {
      throwIfFailed();
      throwIfOverdue();
    }
    var read =
        new Confirms(confirmed.stream().mapToLong(Long::longValue).toArray(), List.copyOf(refused));
    confirmed.clear();
    refused.clear();
    return read;
  }

  private void throwIfOverdue() {
    boolean overdue =
        unconfirmed.values().stream().anyMatch(since -> chance.steps() - since > PATIENCE);
    if (overdue && !broker.isAlarmed()) {
      chance.reached("a confirm that is overdue");
      throw new MessagingException("simulated: a message was not confirmed in time");
    }
  }

  @Override
  public void move() {
    for (int n = chance.below(4); n > 0 && !toBroker.isEmpty() && !broker.isAlarmed(); n--) {
      arrive();
    }
    for (int n = chance.below(4); n > 0 && !answers.isEmpty() && failure == null; n--) {
      answer(answers.remove(chance.below(answers.size()))); // in any order
    }
  }

  private void answer(Answer answer) {
    if (answer.refusal() == null) {
      confirmed.add(answer.id());
    } else {
      refused.add(new Refusal(answer.id(), answer.refusal(), "simulated: " + answer.refusal()));
    }
    unconfirmed.remove(answer.id());
    outstanding--;
  }

  private void arrive() {
    Sent sent = toBroker.removeFirst();
    if (failure != null) {
      broker.publish(sent.message()); // accepted but never confirmed
    } else if (chance.strikes(SimulatedFault.NACK)) {
      if (chance.oneIn(3)) {
        broker.publish(sent.message()); // one of its queues accepted it, another did not
      }
      answers.add(new Answer(sent.id(), Refusal.Kind.NACK));
    } else if (chance.strikes(SimulatedFault.UNROUTABLE)) {
      answers.add(new Answer(sent.id(), Refusal.Kind.UNROUTABLE));
    } else if (chance.strikes(SimulatedFault.CHANNEL_CLOSED, 0.3)) {
      chance.reached("a message that closes its channel");
      failure = closed();
      toBroker.clear();
      answers.clear();
    } else if (chance.strikes(SimulatedFault.UNCONFIRMED, 0.3)) {
      if (chance.oneIn(2)) {
        broker.publish(sent.message());
      }
    } else if (broker.publish(sent.message())) {
      answers.add(new Answer(sent.id(), null));
    } else {
      answers.add(new Answer(sent.id(), Refusal.Kind.UNROUTABLE));
    }
  }

  private static MessagingException closed() {
    var close = new AMQP.Channel.Close.Builder().replyCode(AMQP.PRECONDITION_FAILED).build();
    return new MessagingException(
        "simulated: refused", new ShutdownSignalException(false, false, close, "simulated"));
  }

  /** Some messages in flight still arrive; no confirm does. */
  @Override
  public void cut(boolean noticed) {
    for (int n = chance.below(toBroker.size() + 1); n > 0; n--) {
      broker.publish(toBroker.removeFirst().message());
    }
    fail("the connection was cut");
    toBroker.clear();
    answers.clear();
  }

  /** Some confirms in flight still arrive; no message does. */
  @Override
  public void upset() {
    if (failure == null && chance.strikes(SimulatedFault.CHANNEL_CLOSED)) {
      for (int n = chance.below(answers.size() + 1); n > 0 && failure == null; n--) {
        answer(answers.removeFirst());
      }
      fail("the channel was closed");
      toBroker.clear();
      answers.clear();
    }
  }

  @Override
  public boolean isGone() {
    return failure != null && toBroker.isEmpty();
  }

  @Override
  public void notice() {}

  @Override
  public boolean isIdle() {
    return isGone() || outstanding == 0;
  }

  @Override
  public int outstanding() {
    return outstanding;
  }

  @Override
  public int remainingCapacity() {
    return WINDOW - outstanding - confirmed.size() - refused.size();
  }

  @Override
  public Optional<String> blockedReason() {
    return broker.isAlarmed() ? Optional.of("simulated alarm") : Optional.empty();
  }

  @Override
  public void close() {
    cut(true);
  }

  private void fail(String why) {
    if (failure == null) {
      failure = new MessagingException("simulated: " + why);
    }
  }

  private void throwIfFailed() {
    if (failure != null) {
      throw new MessagingException(failure.detail(), failure);
    }
  }
}
