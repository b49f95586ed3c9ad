package orderflow.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

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
 * and holds up none of the others. Only where the user may not publish is nothing sent twice:
 * messages for an exchange that has taken none yet go with no others.
 *
 * <p>A lost connection ends it. {@link #end} then tells what became of each letter.
 */
public final class Replay implements WorkLoop {
  private static final int BATCH = 100;
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final String NO_ROOM =
      "its headers do not fit into one frame, and none may be lost; a broker with a larger"
          + " frame_max takes it";

  private final AckTracker<Delivery> letters;
  private final Supplier<Publisher> opening;
  private final Choice choice;
  private final Queue<Delivery> taken = new ArrayDeque<>();
  private final Map<Long, Sent> unconfirmed = new LinkedHashMap<>();
  private final Deque<Sent> waiting = new ArrayDeque<>();
  private final Set<String> proven = new HashSet<>();
  private final Map<List<String>, String> forbidden = new HashMap<>();
  private Publisher publisher;

  /** The exchange that everything under way is for, while it is not known to take anything. */
  private @Nullable String probed;

  private boolean alone;
  private long replayed;
  private long sentTwice;

  /**
   * @param maybeTaken whether it was published before, and nobody knows what became of that
   */
  private record Sent(Delivery letter, Message message, boolean maybeTaken) {}

  /** Decides about dead letters. */
  @FunctionalInterface
  public interface Choice {
    /** What to publish for {@code letter}, or empty to leave it where it is. */
    Optional<Message> of(Delivery letter) throws InterruptedException;

    /** It was published, that was confirmed, and the broker is known to have removed it. */
    default void replayed(Delivery letter) {}

    /** The broker would not take it, so it is left where it is. */
    default void failed(Delivery letter, String why) {}

    /** The same, where a queue that it is for did not take it: it is full, or lacks a majority. */
    default void nacked(Delivery letter, String why) {
      failed(letter, why);
    }

    /**
     * It was published, and no more will be known of it: it may still be where it was.
     *
     * @param confirmed whether the broker took it; otherwise nobody can tell
     */
    default void open(Delivery letter, boolean confirmed) {}
  }

  /**
   * @param letters of one dead-letter queue; its prefetch bounds how many can be left alone
   * @param opening opens a publisher, and another one when that is of no more use
   * @throws MessagingException when none can be opened; {@code letters} is then closed
   */
  public Replay(Subscription letters, Supplier<Publisher> opening, Choice choice) {
    this.letters = new AckTracker<>(letters);
    this.opening = opening;
    this.choice = choice;
    try {
      this.publisher = opening.get();
    } catch (RuntimeException e) {
      letters.close();
      throw e;
    }
  }

  /** How many were published, confirmed and, as far as is known, removed. */
  public long replayed() {
    return replayed;
  }

  /** How many were published and are not known to be confirmed and removed yet. */
  public int outstanding() {
    return unconfirmed.size() + waiting.size() + letters.unremoved().size();
  }

  /** How many of those that were replayed may have been published twice. */
  public long sentTwice() {
    return sentTwice;
  }

  @Override
  public StepResult step() throws InterruptedException {
    return step(BATCH);
  }

  /**
   * A step in which at most {@code most} dead letters are looked at; with 0 it only waits for
   * answers.
   *
   * @throws MessagingException when the broker is lost; {@link #end} is to be called then
   */
  public StepResult step(int most) throws InterruptedException {
    Optional<String> alarm = publisher.blockedReason();
    if (alarm.isPresent()) {
      collect(Duration.ZERO);
      return new StepResult.Blocked("the broker blocks publishers: " + alarm.get());
    }
    boolean published = publishWaiting() || publishMore(most);
    if (most == 0 && waiting.isEmpty()) {
      letters.letPass();
    }
    boolean answered = collect(unconfirmed.isEmpty() ? Duration.ZERO : WAIT);
    return published || answered ? new StepResult.Worked() : new StepResult.Idle();
  }

  private boolean publishWaiting() throws InterruptedException {
    boolean published = false;
    while (!waiting.isEmpty() && room() > 0 && mayGo(waiting.element().message())) {
      publish(waiting.remove());
      published = true;
    }
    return published;
  }

  private boolean publishMore(int most) throws InterruptedException {
    int room = waiting.isEmpty() ? Math.min(most, room()) : 0;
    if (room > 0 && taken.isEmpty()) {
      taken.addAll(letters.poll(room, unconfirmed.isEmpty() ? WAIT : Duration.ZERO));
    }
    int looked = 0;
    while (looked < room && waiting.isEmpty() && !taken.isEmpty() && room() > 0) {
      Delivery letter = taken.remove();
      looked++;
      Optional<Message> message = choice.of(letter);
      if (message.isPresent()) {
        waiting.add(new Sent(letter, message.get(), false));
        publishWaiting();
      } else {
        letters.leave(letter);
      }
    }
    return looked > 0;
  }

  private int room() {
    return alone ? 1 - Math.min(1, unconfirmed.size()) : publisher.remainingCapacity();
  }

  private boolean mayGo(Message message) {
    return probed == null
        ? unconfirmed.isEmpty() || proven.contains(message.exchange())
        : probed.equals(message.exchange());
  }

  private void publish(Sent sent) throws InterruptedException {
    Message message = sent.message();
    String why = publisher.fits(message) ? forbidden.get(address(message)) : NO_ROOM;
    if (why != null) {
      letters.leave(sent.letter());
      choice.failed(sent.letter(), why);
      return;
    }
    if (!proven.contains(message.exchange())) {
      probed = message.exchange();
    }
    sentTwice += sent.maybeTaken() ? 1 : 0;
    unconfirmed.put(sent.letter().tag(), sent);
    try {
      publisher.publish(sent.letter().tag(), message);
    } catch (MessagingException e) {
      collect(Duration.ZERO); // what was answered before is told first, and then the failure
    }
  }

  /**
   * Whether the broker answered anything.
   *
   * @throws MessagingException when it is lost
   */
  private boolean collect(Duration wait) throws InterruptedException {
    boolean answered = hear(wait);
    letters.throwIfLost();
    return answered;
  }

  private boolean hear(Duration wait) throws InterruptedException {
    Publisher.Confirms answers;
    try {
      answers = publisher.confirms(wait);
    } catch (MessagingException e) {
      return reopen(e);
    }
    for (long tag : answers.confirmed()) {
      answered(tag)
          .ifPresent(letter -> {
            letters.remove(letter, letter);
            replayed++;
          });
    }
    for (Publisher.Refusal refusal : answers.refused()) {
      answered(refusal.id()).ifPresent(letter -> refused(letter, refusal));
    }
    List<Delivery> removed = letters.removed();
    removed.forEach(choice::replayed);
    return !removed.isEmpty() || !answers.isEmpty();
  }

  private Optional<Delivery> answered(long tag) {
    Sent sent = unconfirmed.remove(tag);
    if (sent == null) {
      return Optional.empty();
    }
    proven.add(sent.message().exchange());
    probed = null;
    return Optional.of(sent.letter());
  }

  private void refused(Delivery letter, Publisher.Refusal refusal) {
    letters.leave(letter);
    switch (refusal.kind()) {
      case NACK -> choice.nacked(letter, refusal.reason());
      case UNROUTABLE -> choice.failed(letter, refusal.reason());
    }
  }

  /**
   * Whether anything was under way. One that was alone is the one that the broker will not take.
   *
   * @throws MessagingException {@code failure} when the broker did not close the channel because of
   *     a message: whether to send again what may have arrived is for the caller to decide
   */
  private boolean reopen(MessagingException failure) {
    publisher.close();
    if (!failure.kind().closesChannel()) {
      throw failure;
    }
    publisher = opening.get();
    List<Sent> open = List.copyOf(unconfirmed.values());
    if (open.isEmpty()) {
      return false;
    }
    unconfirmed.clear();
    if (failure.kind() == MessagingException.Kind.ACCESS_REFUSED && probed != null) {
      forbidden.put(address(open.getFirst().message()), failure.detail());
      sendAgain(open, false); // all are for the exchange that is forbidden
    } else if (alone) {
      Delivery refused = open.getFirst().letter();
      letters.leave(refused);
      choice.failed(refused, failure.detail());
    } else {
      sendAgain(open, true);
      alone = true;
    }
    probed = null;
    return true;
  }

  private void sendAgain(List<Sent> open, boolean maybeTaken) {
    open.reversed()
        .forEach(sent ->
            waiting.addFirst(
                new Sent(sent.letter(), sent.message(), sent.maybeTaken() || maybeTaken)));
  }

  private static List<String> address(Message message) {
    return List.of(message.exchange(), message.routingKey());
  }

  @Override
  public void drain(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while ((!unconfirmed.isEmpty() || letters.isRemoving()) && System.nanoTime() - deadline < 0) {
      hear(unconfirmed.isEmpty() ? Duration.ZERO : WAIT);
      letters.letPass();
    }
  }

  /**
   * To be called once nothing more is to be sent: waits up to {@code limit} for the answers that
   * can still come, and then tells {@link Choice#open} of each letter whose fate is not known.
   */
  public void end(Duration limit) throws InterruptedException {
    try {
      drain(limit);
    } catch (MessagingException e) {
      // what it leaves open is told below
    } finally {
      letters.unremoved().forEach(letter -> choice.open(letter, true));
      unconfirmed.values().forEach(sent -> choice.open(sent.letter(), false));
      waiting.stream().filter(Sent::maybeTaken).forEach(sent -> choice.open(sent.letter(), false));
      unconfirmed.clear();
      waiting.clear();
    }
  }

  @Override
  public void close() {
    publisher.close();
    letters.close();
  }
}
