package orderflow.delivery;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;

/**
 * Sends dead letters back where they came from. Each is published first, and removed from its queue
 * only once that is confirmed: a crash in between makes a duplicate, which every consumer
 * recognises, and never a loss. What is not chosen stays in the queue.
 */
public final class Replay implements Session {
  private static final int BATCH = 100;
  private static final Duration WAIT = Duration.ofMillis(20);

  private final Subscription letters;
  private final Publisher publisher;
  private final Choice choice;
  private final Map<Long, Delivery> unconfirmed = new HashMap<>();
  private long replayed;

  /** Decides about dead letters. */
  @FunctionalInterface
  public interface Choice {
    /** What to publish for {@code letter}, or empty to leave it where it is. */
    Optional<Message> of(Delivery letter) throws InterruptedException;

    /** It was published, that was confirmed, and it was removed. */
    default void replayed(Delivery letter) {}
  }

  /**
   * @param letters of one dead-letter queue; its prefetch bounds how many can be left alone
   */
  public Replay(Subscription letters, Publisher publisher, Choice choice) {
    this.letters = letters;
    this.publisher = publisher;
    this.choice = choice;
  }

  /** How many were published, confirmed and removed. */
  public long replayed() {
    return replayed;
  }

  /** How many were published and are not confirmed yet. */
  public int outstanding() {
    return unconfirmed.size();
  }

  @Override
  public Step step() throws InterruptedException {
    return step(BATCH);
  }

  /**
   * A step in which at most {@code most} dead letters are looked at; with 0 it only waits for
   * confirms.
   */
  public Step step(int most) throws InterruptedException {
    Optional<String> alarm = publisher.blocked();
    if (alarm.isPresent()) {
      remove(Duration.ZERO);
      return new Step.Blocked("the broker blocks publishers: " + alarm.get());
    }
    boolean published = publishMore(most);
    boolean removed = remove(unconfirmed.isEmpty() ? Duration.ZERO : WAIT);
    return published || removed ? new Step.Worked() : new Step.Idle();
  }

  private boolean publishMore(int most) throws InterruptedException {
    int room = Math.min(most, publisher.room());
    List<Delivery> taken =
        room == 0 ? List.of() : letters.poll(room, unconfirmed.isEmpty() ? WAIT : Duration.ZERO);
    for (Delivery letter : taken) {
      Optional<Message> message = choice.of(letter);
      if (message.isPresent()) {
        unconfirmed.put(letter.tag(), letter);
        publisher.publish(letter.tag(), message.get());
      } else {
        letters.leave(letter);
      }
    }
    return !taken.isEmpty();
  }

  private boolean remove(Duration wait) throws InterruptedException {
    long[] confirmed = publisher.confirmed(wait);
    for (long tag : confirmed) {
      Delivery letter = unconfirmed.remove(tag);
      if (letter != null) {
        letters.settleOne(letter);
        replayed++;
        choice.replayed(letter);
      }
    }
    return confirmed.length > 0;
  }

  @Override
  public void drain(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!unconfirmed.isEmpty() && System.nanoTime() - deadline < 0) {
      remove(WAIT);
    }
  }

  @Override
  public void close() {
    publisher.close();
    letters.close();
  }
}
