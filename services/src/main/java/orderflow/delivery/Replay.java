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
 * Republishes dead letters. Each is acked only once its message is confirmed: a crash in between
 * makes a duplicate, which every consumer recognises, and never a loss. Dead letters that are not
 * selected, or whose headers do not fit into a frame, stay in the queue.
 *
 * <p>A message that the broker refuses stays and affects no other. When the broker closes the
 * channel it does not say over which message. From then on messages are published one at a time,
 * those in flight a second time, until the refused one is found. Where publishing to an exchange is
 * forbidden nothing is published twice: the first messages for an exchange go with no others.
 *
 * <p>A lost connection ends a replay; {@link #end} then reports each message in flight.
 */
public final class Replay implements WorkLoop {
  private static final int BATCH = 100;
  private static final long MOST_BYTES_IN_FLIGHT = 8L * 1024 * 1024;
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final String TOO_LARGE =
      "its headers do not fit into one frame, and none may be lost; use a broker with a larger"
          + " frame_max";

  private final AckTracker deadLetters;
  private final Supplier<Publisher> opening;
  private final Decider decider;
  private final Queue<Delivery> polled = new ArrayDeque<>();
  private final Map<Long, Sent> inFlight = new LinkedHashMap<>();
  private final Deque<Sent> waiting = new ArrayDeque<>();
  private final Set<String> acceptingExchanges = new HashSet<>();
  private final Map<List<String>, String> forbidden = new HashMap<>();
  private Publisher publisher;

  /** The exchange of all messages in flight, while it is not known to accept any. */
  private @Nullable String probedExchange;

  private boolean oneAtATime;
  private long bytesInFlight;
  private long replayed;
  private long sentTwice;

  /**
   * @param mayHaveArrived whether it was published before, with unknown result
   */
  private record Sent(Delivery deadLetter, Message message, boolean mayHaveArrived) {}

  /** The result for a dead letter. */
  public enum Result {
    /** Published, confirmed, and the broker is known to have removed it. */
    REPLAYED,
    /** The broker cannot route or does not accept it; it stays. */
    FAILED,
    /** A destination queue is full, or has no majority; it stays. */
    NACKED,
    /** Published and confirmed; it may still be in its queue. */
    NOT_REMOVED,
    /** Published, and not confirmed; it stays. */
    UNKNOWN
  }

  /** Chooses what to publish for a dead letter, and receives the result. */
  @FunctionalInterface
  public interface Decider {
    /** The message to publish for {@code deadLetter}, or empty to leave it in its queue. */
    Optional<Message> messageFor(Delivery deadLetter) throws InterruptedException;

    /**
     * @param tag the delivery tag
     * @param why empty unless the broker refused it
     */
    default void ended(long tag, Result result, String why) {}
  }

  /**
   * @param deadLetters of one queue; its prefetch bounds how many can be left in the queue
   * @param opening opens a publisher, again when the last one is lost
   * @throws MessagingException when none can be opened; {@code deadLetters} is then closed
   */
  public Replay(Subscription deadLetters, Supplier<Publisher> opening, Decider decider) {
    this.deadLetters = new AckTracker(deadLetters);
    this.opening = opening;
    this.decider = decider;
    try {
      this.publisher = opening.get();
    } catch (RuntimeException e) {
      deadLetters.close();
      throw e;
    }
  }

  /** How many were published, confirmed and acked. */
  public long replayed() {
    return replayed;
  }

  /** How many were published and are not known to be confirmed and removed yet. */
  public int outstanding() {
    return inFlight.size() + waiting.size() + deadLetters.unremoved().size();
  }

  /** How many may have been published twice. */
  public long sentTwice() {
    return sentTwice;
  }

  @Override
  public StepResult step() throws InterruptedException {
    return step(BATCH);
  }

  /**
   * Decides about no more than {@code most} dead letters; with 0 it only waits for confirms.
   *
   * @throws MessagingException when the broker is lost; call {@link #end} then
   */
  public StepResult step(int most) throws InterruptedException {
    Optional<String> alarm = publisher.blockedReason();
    if (alarm.isPresent()) {
      collect(Duration.ZERO);
      return new StepResult.Blocked("the broker blocks publishers: " + alarm.get());
    }
    boolean published = publishWaiting() || publishMore(most);
    if (most == 0 && waiting.isEmpty()) {
      deadLetters.releaseArrivals();
    }
    boolean collected = collect(inFlight.isEmpty() ? Duration.ZERO : WAIT);
    return published || collected ? new StepResult.Worked() : new StepResult.Idle();
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
    if (room > 0 && polled.isEmpty()) {
      polled.addAll(deadLetters.poll(room, inFlight.isEmpty() ? WAIT : Duration.ZERO));
    }
    int looked = 0;
    while (looked < room && waiting.isEmpty() && !polled.isEmpty() && room() > 0) {
      Delivery deadLetter = polled.remove();
      looked++;
      Optional<Message> message = decider.messageFor(deadLetter);
      if (message.isPresent()) {
        waiting.add(new Sent(deadLetter, message.get(), false));
        publishWaiting();
      } else {
        deadLetters.release(deadLetter);
      }
    }
    return looked > 0;
  }

  private int room() {
    if (bytesInFlight >= MOST_BYTES_IN_FLIGHT) {
      return 0;
    }
    return oneAtATime ? 1 - Math.min(1, inFlight.size()) : publisher.remainingCapacity();
  }

  private boolean mayGo(Message message) {
    return probedExchange == null
        ? inFlight.isEmpty() || acceptingExchanges.contains(message.exchange())
        : probedExchange.equals(message.exchange());
  }

  private void publish(Sent sent) throws InterruptedException {
    Message message = sent.message();
    String why = publisher.fits(message) ? forbidden.get(address(message)) : TOO_LARGE;
    if (why != null) {
      leave(sent.deadLetter(), Result.FAILED, why);
      return;
    }
    if (!acceptingExchanges.contains(message.exchange())) {
      probedExchange = message.exchange();
    }
    sentTwice += sent.mayHaveArrived() ? 1 : 0;
    inFlight.put(sent.deadLetter().tag(), sent);
    bytesInFlight += message.body().length;
    try {
      publisher.publish(sent.deadLetter().tag(), message);
    } catch (MessagingException e) {
      collect(Duration.ZERO); // reports earlier confirms and refusals first, then the failure
    }
  }

  private void leave(Delivery deadLetter, Result result, String why) {
    deadLetters.release(deadLetter);
    decider.ended(deadLetter.tag(), result, why);
  }

  private boolean collect(Duration wait) throws InterruptedException {
    boolean collected = takeConfirms(wait);
    deadLetters.throwIfLost();
    return collected;
  }

  private boolean takeConfirms(Duration wait) throws InterruptedException {
    Publisher.Confirms confirms;
    try {
      confirms = publisher.confirms(wait);
    } catch (MessagingException e) {
      return reopen(e);
    }
    for (long tag : confirms.confirmed()) {
      Sent sent = takeInFlight(tag);
      if (sent != null) {
        deadLetters.ack(sent.deadLetter());
        replayed++;
      }
    }
    for (Publisher.Refusal refusal : confirms.refused()) {
      Sent sent = takeInFlight(refusal.id());
      if (sent != null) {
        Result result =
            switch (refusal.kind()) {
              case NACK -> Result.NACKED;
              case UNROUTABLE -> Result.FAILED;
            };
        leave(sent.deadLetter(), result, refusal.reason());
      }
    }
    List<Long> removed = deadLetters.removed();
    removed.forEach(tag -> decider.ended(tag, Result.REPLAYED, ""));
    return !removed.isEmpty() || !confirms.isEmpty();
  }

  private @Nullable Sent takeInFlight(long tag) {
    Sent sent = inFlight.remove(tag);
    if (sent != null) {
      bytesInFlight -= sent.message().body().length;
      acceptingExchanges.add(sent.message().exchange());
      probedExchange = null;
    }
    return sent;
  }

  /**
   * @return whether anything was in flight
   * @throws MessagingException {@code failure} unless the broker closed the channel over a message
   */
  private boolean reopen(MessagingException failure) {
    publisher.close();
    if (!failure.kind().closesChannel()) {
      throw failure;
    }
    publisher = opening.get();
    List<Sent> open = List.copyOf(inFlight.values());
    if (open.isEmpty()) {
      return false;
    }
    inFlight.clear();
    bytesInFlight = 0;
    if (failure.kind() == MessagingException.Kind.ACCESS_REFUSED && probedExchange != null) {
      forbidden.put(address(open.getFirst().message()), failure.detail());
      sendAgain(open, false); // all are for the exchange that is forbidden
    } else if (oneAtATime) {
      leave(open.getFirst().deadLetter(), Result.FAILED, failure.detail());
    } else {
      sendAgain(open, true);
      oneAtATime = true;
    }
    probedExchange = null;
    return true;
  }

  private void sendAgain(List<Sent> open, boolean mayHaveArrived) {
    open.reversed()
        .forEach(sent ->
            waiting.addFirst(
                new Sent(
                    sent.deadLetter(), sent.message(), sent.mayHaveArrived() || mayHaveArrived)));
  }

  private static List<String> address(Message message) {
    return List.of(message.exchange(), message.routingKey());
  }

  @Override
  public void drain(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while ((!inFlight.isEmpty() || deadLetters.isAwaitingBarrier())
        && System.nanoTime() - deadline < 0) {
      takeConfirms(inFlight.isEmpty() ? Duration.ZERO : WAIT);
      deadLetters.releaseArrivals();
    }
  }

  /**
   * Waits up to {@code limit} for outstanding confirms, and then reports each message whose result
   * is not known. Publish nothing after it.
   */
  public void end(Duration limit) throws InterruptedException {
    try {
      drain(limit);
    } catch (MessagingException e) {
      // unconfirmed messages are reported below
    } finally {
      deadLetters.unremoved().forEach(tag -> decider.ended(tag, Result.NOT_REMOVED, ""));
      inFlight.keySet().forEach(tag -> decider.ended(tag, Result.UNKNOWN, ""));
      waiting.stream()
          .filter(Sent::mayHaveArrived)
          .forEach(sent -> decider.ended(sent.deadLetter().tag(), Result.UNKNOWN, ""));
      inFlight.clear();
      waiting.clear();
    }
  }

  @Override
  public void close() {
    publisher.close();
    deadLetters.close();
  }
}
