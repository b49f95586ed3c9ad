package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import orderflow.cli.CommandFailure;
import orderflow.delivery.Replay;
import orderflow.delivery.Step;
import orderflow.messaging.MessagingException;
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
  private final Targets targets;
  private final Consumer<String> saying;

  /**
   * @param targets tells beforehand what cannot be sent
   * @param saying is told what it waits for
   */
  public Replayer(
      RabbitBroker broker, Instructions instructions, Targets targets, Consumer<String> saying) {
    this.broker = broker;
    this.instructions = instructions;
    this.targets = targets;
    this.saying = saying;
  }

  /**
   * Sends back what is meant of the first {@code depth} letters of {@code queue}. When it is
   * interrupted it waits a moment for what was published, and then throws.
   *
   * @param results gets each letter that was meant, once it is known what became of it
   * @return how many may have been sent twice, because the broker refused one of their neighbours
   * @throws MessagingException when the broker is lost; what was not confirmed stays in the queue
   * @throws CommandFailure when there is no such editor
   */
  public long replay(String queue, long depth, Consumer<Replayed> results)
      throws InterruptedException {
    Subscription letters =
        takesItsTime() ? broker.pull(queue) : broker.subscribe(queue, NO_PREFETCH_LIMIT);
    return run(letters, new Chooser(instructions, targets, results), depth);
  }

  /** What is in hand for long is seen by nobody else, and at some time the broker wants it back. */
  private boolean takesItsTime() {
    return !instructions.rate().isMax()
        || instructions.editor().isPresent()
        || instructions.most() < Long.MAX_VALUE;
  }

  /**
   * Sends what was exported; nothing is removed anywhere.
   *
   * @param lines as {@link LetterFile} reads them
   * @param count how many there are
   * @param results as in {@link #replay}
   * @return as {@link #replay}
   */
  public long send(Iterator<LetterFile.Line> lines, long count, Consumer<Replayed> results)
      throws InterruptedException {
    var letters = new FileLetters(lines);
    return run(letters, new Chooser(instructions, targets, results, letters::position), count);
  }

  private long run(Subscription letters, Chooser chooser, long depth) throws InterruptedException {
    try (Replay replay =
        new Replay(letters, () -> broker.openPublisher(CONFIRM_TIMEOUT), chooser)) {
      try {
        run(replay, chooser, depth);
      } catch (InterruptedException | CommandFailure e) {
        replay.drain(PATIENCE);
        throw e;
      }
      return replay.sentTwice();
    }
  }

  private void run(Replay replay, Chooser chooser, long depth) throws InterruptedException {
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

  /** How many letters may be looked at now; each may be one to send. */
  private long room(Chooser chooser, long start) {
    if (instructions.rate().isMax()) {
      return MOST_A_STEP;
    }
    double due = (System.nanoTime() - start) / 1e9 * instructions.rate().perSecond() + 1;
    return Math.clamp((long) due - chooser.chosen(), 0, MOST_A_STEP);
  }
}
