package orderflow.cli.load;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;

/** Confirms messages right after each poll for confirms. */
final class LateConfirmPublisher implements Publisher {
  private static final int WINDOW = 100;

  private final Deque<Long> open = new ArrayDeque<>();
  private final Deque<Long> confirmed = new ArrayDeque<>();

  @Override
  public void publish(long id, Message message) {
    open.add(id);
  }

  @Override
  public boolean fits(Message message) {
    return true;
  }

  @Override
  public Confirms confirms(Duration wait) {
    long[] taken = confirmed.stream().mapToLong(Long::longValue).toArray();
    confirmed.clear();
    confirmed.addAll(open);
    open.clear();
    return new Confirms(taken, List.of());
  }

  @Override
  public int outstanding() {
    return open.size();
  }

  @Override
  public int remainingCapacity() {
    return WINDOW - open.size() - confirmed.size();
  }

  @Override
  public Optional<String> blockedReason() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
