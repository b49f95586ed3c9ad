package orderflow.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import org.jspecify.annotations.Nullable;

/** A channel in confirm mode whose publishes and confirms take their time, or never arrive. */
final class SimulatedPublisher implements Publisher, SimulatedBroker.Link {
  private static final int WINDOW = 160;

  private final SimulatedBroker broker;
  private final Chaos chaos;
  private final Deque<Sent> toBroker = new ArrayDeque<>();
  private final List<Long> taken = new ArrayList<>();
  private final List<Long> confirmed = new ArrayList<>();
  private int outstanding;
  private @Nullable String failure;

  private record Sent(long id, Message message) {}

  SimulatedPublisher(SimulatedBroker broker, Chaos chaos) {
    this.broker = broker;
    this.chaos = chaos;
  }

  @Override
  public void publish(long id, Message message) {
    throwIfFailed();
    if (room() == 0) {
      throw new IllegalStateException("the window of unconfirmed messages is full");
    }
    chaos.arrow("before a publish");
    toBroker.add(new Sent(id, message));
    outstanding++;
    if (chaos.oneIn(4)) {
      move();
    }
    chaos.arrow("after a publish");
  }

  @Override
  public long[] confirmed(Duration wait) {
    move();
    chaos.arrow("before the confirms");
    if (confirmed.isEmpty()) {
      throwIfFailed();
    }
    long[] ids = confirmed.stream().mapToLong(Long::longValue).toArray();
    confirmed.clear();
    return ids;
  }

  @Override
  public void move() {
    for (int n = chaos.below(4); n > 0 && !toBroker.isEmpty() && !broker.isAlarmed(); n--) {
      arrive();
    }
    for (int n = chaos.below(4); n > 0 && !taken.isEmpty() && failure == null; n--) {
      confirmed.add(taken.remove(chaos.below(taken.size()))); // in any order
      outstanding--;
    }
  }

  private void arrive() {
    Sent sent = toBroker.removeFirst();
    if (failure != null && failure.startsWith("returned")) {
      broker.route(sent.message()); // taken, though nobody counts on it any more
    } else if (chaos.strikes(Fault.NACK)) {
      fail("refused: nack");
    } else if (chaos.strikes(Fault.UNROUTABLE)) {
      fail("returned as unroutable");
    } else if (broker.route(sent.message())) {
      taken.add(sent.id());
    } else {
      fail("returned as unroutable: " + sent.message().routingKey());
    }
  }

  /** Some of what was on its way may still arrive; no confirm will. */
  @Override
  public void cut(boolean noticed) {
    for (int n = chaos.below(toBroker.size() + 1); n > 0; n--) {
      broker.route(toBroker.removeFirst().message());
    }
    fail("the connection was cut");
    toBroker.clear();
    taken.clear();
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
  public int room() {
    return WINDOW - outstanding - confirmed.size();
  }

  @Override
  public Optional<String> blocked() {
    return broker.isAlarmed() ? Optional.of("simulated alarm") : Optional.empty();
  }

  @Override
  public void close() {
    cut(true);
  }

  private void fail(String why) {
    if (failure == null) {
      failure = why;
    }
  }

  private void throwIfFailed() {
    if (failure != null) {
      throw new MessagingException("simulated: " + failure);
    }
  }
}
