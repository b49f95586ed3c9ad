package orderflow.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;

/**
 * Sends dead letters back where they came from. Each is published first, and removed from its queue
 * only once that is confirmed: a crash in between makes a duplicate, which every consumer
 * recognises, and never a loss. What is not chosen stays in the queue.
 *
 * <p>One whose headers the connection has no room for stays too: sent without them, it would lose
 * them.
 *
 * <p>A message that the broker refuses stays and concerns no other. A broker that closes the
 * channel leaves it open which message it refused and what became of those around it. From then on
 * each goes alone, those around it a second time: so the one that is refused is found, and stays,
 * and holds up none of the others.
 */
public final class Replay implements Session {
  private static final int BATCH = 100;
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final String NO_ROOM =
      "its headers do not fit into one frame, and none may be lost; a broker with a larger"
          + " frame_max takes it";

  private final Subscription letters;
  private final Supplier<Publisher> opening;
  private final Choice choice;
  private final Queue<Delivery> taken = new ArrayDeque<>();
  private final Map<Long, Sent> unconfirmed = new LinkedHashMap<>();
  private final Queue<Sent> again = new ArrayDeque<>();
  private Publisher publisher;
  private boolean alone;
  private long replayed;
  private long sentTwice;

  private record Sent(Delivery letter, Message message) {}

  /** Decides about dead letters. */
  @FunctionalInterface
  public interface Choice {
    /** What to publish for {@code letter}, or empty to leave it where it is. */
    Optional<Message> of(Delivery letter) throws InterruptedException;

    /** It was published, that was confirmed, and it was removed. */
    default void replayed(Delivery letter) {}

    /** The broker would not take it, so it is left where it is. */
    default void failed(Delivery letter, String why) {}
  }

  /**
   * @param letters of one dead-letter queue; its prefetch bounds how many can be left alone
   * @param opening opens a publisher, and another one when that is of no more use
   * @throws MessagingException when none can be opened; {@code letters} is then closed
   */
  public Replay(Subscription letters, Supplier<Publisher> opening, Choice choice) {
    this.letters = letters;
    this.opening = opening;
    this.choice = choice;
    try {
      this.publisher = opening.get();
    } catch (RuntimeException e) {
      letters.close();
      throw e;
    }
  }

  /** How many were published, confirmed and removed. */
  public long replayed() {
    return replayed;
  }

  /** How many were published and are not confirmed yet, or have to be published again. */
  public int outstanding() {
    return unconfirmed.size() + again.size();
  }

  /** How many of those that were replayed may have been published twice. */
  public long sentTwice() {
    return sentTwice;
  }

  @Override
  public Step step() throws InterruptedException {
    return step(BATCH);
  }

  /**
   * A step in which at most {@code most} dead letters are looked at; with 0 it only waits for
   * confirms.
   *
   * @throws MessagingException when the broker is lost
   */
  public Step step(int most) throws InterruptedException {
    Optional<String> alarm = publisher.blocked();
    if (alarm.isPresent()) {
      remove(Duration.ZERO);
      return new Step.Blocked("the broker blocks publishers: " + alarm.get());
    }
    boolean published = publishAgain() || publishMore(most);
    boolean removed = remove(unconfirmed.isEmpty() ? Duration.ZERO : WAIT);
    return published || removed ? new Step.Worked() : new Step.Idle();
  }

  private boolean publishAgain() throws InterruptedException {
    if (again.isEmpty() || room() == 0) {
      return false;
    }
    publish(again.remove());
    return true;
  }

  private boolean publishMore(int most) throws InterruptedException {
    int room = again.isEmpty() ? Math.min(most, room()) : 0;
    if (room > 0 && taken.isEmpty()) {
      taken.addAll(letters.poll(room, unconfirmed.isEmpty() ? WAIT : Duration.ZERO));
    }
    int looked = 0;
    while (looked < room && !taken.isEmpty() && room() > 0) {
      Delivery letter = taken.remove();
      looked++;
      Optional<Message> message = choice.of(letter);
      if (message.isEmpty()) {
        letters.leave(letter);
      } else if (!publisher.fits(message.get())) {
        letters.leave(letter);
        choice.failed(letter, NO_ROOM);
      } else {
        publish(new Sent(letter, message.get()));
      }
    }
    return looked > 0;
  }

  private int room() {
    return alone ? 1 - Math.min(1, unconfirmed.size()) : publisher.room();
  }

  private void publish(Sent sent) throws InterruptedException {
    unconfirmed.put(sent.letter().tag(), sent);
    try {
      publisher.publish(sent.letter().tag(), sent.message());
    } catch (MessagingException e) {
      remove(Duration.ZERO); // what was confirmed before is told first, and then the failure
    }
  }

  private boolean remove(Duration wait) throws InterruptedException {
    Publisher.Answers answers;
    try {
      answers = publisher.answers(wait);
    } catch (MessagingException e) {
      return reopen(e);
    }
    for (long tag : answers.confirmed()) {
      Sent sent = unconfirmed.remove(tag);
      if (sent != null) {
        letters.settleOne(sent.letter());
        replayed++;
        choice.replayed(sent.letter());
      }
    }
    for (Publisher.Refusal refusal : answers.refused()) {
      Sent sent = unconfirmed.remove(refusal.id());
      if (sent != null) {
        letters.leave(sent.letter());
        choice.failed(sent.letter(), refusal.why());
      }
    }
    return !answers.isEmpty();
  }

  /**
   * Whether anything was under way. One that was alone is the one that the broker will not take.
   */
  private boolean reopen(MessagingException failure) {
    publisher.close();
    publisher = opening.get();
    List<Sent> open = List.copyOf(unconfirmed.values());
    unconfirmed.clear();
    if (alone && !open.isEmpty()) {
      Sent refused = open.getFirst();
      letters.leave(refused.letter());
      choice.failed(refused.letter(), failure.detail());
    } else {
      again.addAll(open);
      sentTwice += mayBeTaken(open, failure) ? open.size() : 0;
      alone = true;
    }
    return !open.isEmpty();
  }

  /** Where the user may not publish, the broker ends the channel at the first of them. */
  private static boolean mayBeTaken(List<Sent> open, MessagingException failure) {
    return !failure.isAccessRefused()
        || open.stream().map(sent -> address(sent.message())).distinct().count() > 1;
  }

  private static List<String> address(Message message) {
    return List.of(message.exchange(), message.routingKey());
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
