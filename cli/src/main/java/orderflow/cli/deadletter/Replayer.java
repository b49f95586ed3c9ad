package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import orderflow.delivery.Replay;
import orderflow.delivery.Step;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;

/**
 * Sends dead letters back, as {@link Replay} does it, at a rate, until those that lay there at the
 * beginning were seen: what dies again meanwhile is not sent once more. Used by one thread.
 */
public final class Replayer {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int MOST_A_STEP = 100;

  /** All of them: what is left alone must not keep the others away. */
  private static final int NO_PREFETCH_LIMIT = 0;

  private final RabbitBroker broker;
  private final Instructions instructions;
  private final Consumer<String> saying;

  /**
   * @param saying is told what it waits for
   */
  public Replayer(RabbitBroker broker, Instructions instructions, Consumer<String> saying) {
    this.broker = broker;
    this.instructions = instructions;
    this.saying = saying;
  }

  /**
   * Sends back what is meant of the first {@code depth} letters of {@code queue}. When it is
   * interrupted it waits for what was published, and then throws.
   *
   * @param results gets each letter that was meant, once it is known what became of it
   * @throws MessagingException when the broker is lost, refuses a message or cannot route it; what
   *     was not confirmed stays in the queue
   */
  public void replay(String queue, long depth, Consumer<Replayed> results)
      throws InterruptedException {
    var chooser = new Chooser(instructions, results);
    Subscription letters = broker.subscribe(queue, NO_PREFETCH_LIMIT);
    try (Replay replay = opened(letters, chooser)) {
      long start = System.nanoTime();
      long lastWorked = start;
      while (replay.outstanding() > 0 || (chooser.seen() < depth && !chooser.isDone())) {
        int most = (int) Math.min(room(chooser, start), depth - chooser.seen());
        Step step = replay.step(chooser.isDone() ? 0 : most);
        long now = System.nanoTime();
        if (step instanceof Step.Worked || most == 0) {
          lastWorked = now;
        }
        if (step instanceof Step.Blocked(String why)) {
          saying.accept(why);
          lastWorked = now;
          Thread.sleep(PAUSE);
        } else if (most == 0) {
          Thread.sleep(PAUSE);
        } else if (now - lastWorked > PATIENCE.toNanos()) {
          return; // somebody else took the rest
        }
      }
    }
  }

  private Replay opened(Subscription letters, Chooser chooser) {
    try {
      return new Replay(letters, broker.openPublisher(CONFIRM_TIMEOUT), chooser);
    } catch (MessagingException e) {
      letters.close();
      throw e;
    }
  }

  /** How many letters may be looked at now; each may be one to send. */
  private long room(Chooser chooser, long start) {
    if (instructions.rate().isMax()) {
      return MOST_A_STEP;
    }
    double due = (System.nanoTime() - start) / 1e9 * instructions.rate().perSecond() + 1;
    return Math.clamp((long) due - chooser.chosen(), 0, MOST_A_STEP);
  }

  /**
   * Sends what was exported; nothing is removed anywhere.
   *
   * @param letters as {@link LetterFile} reads them
   * @param results as in {@link #replay}
   */
  public void send(Iterable<Delivery> letters, Consumer<Replayed> results)
      throws InterruptedException {
    var chooser = new Chooser(instructions, results);
    Map<Long, Delivery> unconfirmed = new HashMap<>();
    try (Publisher publisher = broker.openPublisher(CONFIRM_TIMEOUT)) {
      long start = System.nanoTime();
      for (Delivery letter : letters) {
        while (publisher.room() == 0 || room(chooser, start) == 0) {
          confirm(publisher, unconfirmed, chooser);
        }
        var message = chooser.of(letter);
        if (message.isPresent()) {
          unconfirmed.put(letter.tag(), letter);
          publisher.publish(letter.tag(), message.get());
        }
        if (chooser.isDone()) {
          break;
        }
      }
      while (publisher.outstanding() > 0) {
        confirm(publisher, unconfirmed, chooser);
      }
    }
  }

  private static void confirm(Publisher publisher, Map<Long, Delivery> unconfirmed, Chooser chooser)
      throws InterruptedException {
    for (long tag : publisher.confirmed(PAUSE)) {
      Delivery letter = unconfirmed.remove(tag);
      if (letter != null) {
        chooser.replayed(letter);
      }
    }
  }
}
