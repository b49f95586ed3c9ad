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

/** A channel in confirm mode whose publishes and confirms take their time, or never arrive. */
final class SimulatedPublisher implements Publisher, SimulatedBroker.Link {
  private static final int WINDOW = 160;

  /** After so many steps a confirm is overdue. */
  private static final int PATIENCE = 150;

  private final SimulatedBroker broker;
  private final SimulatedChance chaos;
  private final Deque<Sent> toBroker = new ArrayDeque<>();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Long> confirmed = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private final Map<Long, Integer> unconfirmed = new HashMap<>();
  private int outstanding;
  private @Nullable MessagingException failure;

  private record Sent(long id, Message message) {}

  /** On its way to the client. */
  private record Answer(long id, Refusal.@Nullable Kind refusal) {}

  SimulatedPublisher(SimulatedBroker broker, SimulatedChance chaos) {
    this.broker = broker;
    this.chaos = chaos;
  }

  @Override
  public void publish(long id, Message message) {
    throwIfFailed();
    if (remainingCapacity() == 0) {
      throw new IllegalStateException("the window of unconfirmed messages is full");
    }
    chaos.maybeCrash("before a publish");
    toBroker.add(new Sent(id, message));
    unconfirmed.put(id, chaos.steps());
    outstanding++;
    if (chaos.oneIn(4)) {
      move();
    }
    chaos.maybeCrash("after a publish");
  }

  @Override
  public boolean fits(Message message) {
    return true;
  }

  @Override
  public Confirms confirms(Duration wait) {
    move();
    chaos.maybeCrash("before the confirms");
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
        unconfirmed.values().stream().anyMatch(since -> chaos.steps() - since > PATIENCE);
    if (overdue && !broker.isAlarmed()) {
      chaos.reached("a confirm that is overdue");
      throw new MessagingException("simulated: a message was not confirmed in time");
    }
  }

  @Override
  public void move() {
    for (int n = chaos.below(4); n > 0 && !toBroker.isEmpty() && !broker.isAlarmed(); n--) {
      arrive();
    }
    for (int n = chaos.below(4); n > 0 && !answers.isEmpty() && failure == null; n--) {
      answer(answers.remove(chaos.below(answers.size()))); // in any order
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
      broker.publish(sent.message()); // taken, though nobody counts on it any more
    } else if (chaos.strikes(SimulatedFault.NACK)) {
      if (chaos.oneIn(3)) {
        broker.publish(sent.message()); // one of its queues took it, another one did not
      }
      answers.add(new Answer(sent.id(), Refusal.Kind.NACK));
    } else if (chaos.strikes(SimulatedFault.UNROUTABLE)) {
      answers.add(new Answer(sent.id(), Refusal.Kind.UNROUTABLE));
    } else if (chaos.strikes(SimulatedFault.CHANNEL_CLOSED, 0.3)) {
      chaos.reached("a message that closes its channel");
      failure = closed();
      toBroker.clear();
      answers.clear();
    } else if (chaos.strikes(SimulatedFault.UNCONFIRMED, 0.3)) {
      if (chaos.oneIn(2)) {
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

  /** Some of what was on its way may still arrive; no confirm will. */
  @Override
  public void cut(boolean noticed) {
    for (int n = chaos.below(toBroker.size() + 1); n > 0; n--) {
      broker.publish(toBroker.removeFirst().message());
    }
    fail("the connection was cut");
    toBroker.clear();
    answers.clear();
  }

  /** What was confirmed before may still be known; the rest was never read. */
  @Override
  public void upset() {
    if (failure == null && chaos.strikes(SimulatedFault.CHANNEL_CLOSED)) {
      for (int n = chaos.below(answers.size() + 1); n > 0 && failure == null; n--) {
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
