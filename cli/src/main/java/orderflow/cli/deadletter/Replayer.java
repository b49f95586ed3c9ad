package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.Iterator;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.delivery.Replay;
import orderflow.delivery.StepResult;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

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
  private final QueueBrowser browser;
  private final ReplayOptions instructions;
  private final DestinationCheck targets;
  private final Consumer<String> saying;

  /**
   * What no result tells.
   *
   * @param sentTwice how many may have been sent twice: the broker closed the channel over one of
   *     their neighbours
   * @param unseen how many were to be looked at and did not come
   */
  public record Remainder(long sentTwice, long unseen) {}

  /**
   * @param browser looks before anything is taken
   * @param saying is told what it waits for
   */
  public Replayer(
      RabbitBroker broker,
      QueueBrowser browser,
      ReplayOptions instructions,
      Consumer<String> saying) {
    this.broker = broker;
    this.browser = browser;
    this.instructions = instructions;
    this.targets = new DestinationCheck(browser);
    this.saying = saying;
  }

  /**
   * Sends back what is meant of the first {@code depth} letters of {@code queue}. When it is
   * interrupted it waits a moment for what was published, and then throws.
   *
   * @param results gets each letter that was meant, once it is known what became of it
   * @return what it cannot tell of single letters
   * @throws MessagingException when the broker is lost; what was not confirmed stays in the queue
   * @throws CliException when there is no such editor
   */
  public Remainder replay(String queue, long depth, Consumer<ReplayResult> results)
      throws InterruptedException {
    PlannedLetters plan =
        ReplayPlanner.isNeeded(instructions)
            ? new ReplayPlanner(browser, instructions, results).plan(queue)
            : null;
    var chooser = new Chooser(instructions, targets, results, null, plan);
    if (instructions.dryRun()) {
      look(queue, depth, chooser);
      return new Remainder(0, chooser.unseen(depth));
    }
    if (plan != null && plan.isEmpty()) {
      return new Remainder(0, 0);
    }
    Subscription letters =
        takesItsTime(plan) ? broker.pull(queue) : broker.subscribe(queue, NO_PREFETCH_LIMIT);
    long sentTwice = run(letters, chooser, depth, () -> chooser.tellUntouched(queue, depth));
    chooser.tellGone(queue);
    return new Remainder(sentTwice, plan == null ? chooser.unseen(depth) : 0);
  }

  private void look(String queue, long depth, Chooser chooser) throws InterruptedException {
    long most = Math.min(depth, instructions.criteria().lastPosition());
    browser.visit(
        queue,
        most,
        PATIENCE,
        letter -> {
          chooser.look(letter);
          return !chooser.isDone() && chooser.seen() < most;
        });
  }

  /** What is in hand for long is seen by nobody else, and at some time the broker wants it back. */
  private boolean takesItsTime(@Nullable PlannedLetters plan) {
    return !instructions.rate().isMax() || (plan == null && instructions.most() < Long.MAX_VALUE);
  }

  /**
   * Sends what was exported; nothing is removed anywhere.
   *
   * @param lines as {@link DeadLetterFile} reads them
   * @param count how many there are
   * @param results as in {@link #replay}
   * @return as {@link #replay}
   */
  public Remainder send(
      Iterator<DeadLetterFile.Line> lines, long count, Consumer<ReplayResult> results)
      throws InterruptedException {
    var letters = new FileLetters(lines);
    var chooser = new Chooser(instructions, targets, results, letters::position, null);
    long sentTwice = run(letters, chooser, count, () -> chooser.tellUntouched(letters.rest()));
    return new Remainder(sentTwice, 0);
  }

  /**
   * @param untouched is to tell of what was not looked at
   */
  private long run(Subscription letters, Chooser chooser, long depth, Runnable untouched)
      throws InterruptedException {
    try (Replay replay =
        new Replay(letters, () -> broker.openPublisher(CONFIRM_TIMEOUT), chooser)) {
      try {
        run(replay, chooser, depth);
      } catch (MessagingException e) {
        replay.end(PATIENCE);
        untouched.run();
        throw e;
      } catch (InterruptedException e) {
        replay.end(PATIENCE);
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
      StepResult step = replay.step(chooser.isDone() ? 0 : most);
      long now = System.nanoTime();
      boolean waitsForItsTurn = most == 0 && replay.outstanding() == 0;
      if (step instanceof StepResult.Worked || waitsForItsTurn) {
        lastWorked = now;
      } else if (now - lastWorked > CONFIRM_TIMEOUT.toNanos()) {
        throw stuck(step);
      } else if (now - lastWorked > PATIENCE.toNanos() && replay.outstanding() == 0) {
        return; // somebody else took the rest
      }
      if (step instanceof StepResult.Blocked(String why)) {
        saying.accept(why);
      }
      if (!(step instanceof StepResult.Worked)
          && (step instanceof StepResult.Blocked || most == 0)) {
        Thread.sleep(PAUSE);
      }
    }
  }

  private static MessagingException stuck(StepResult step) {
    String why =
        step instanceof StepResult.Blocked(String alarm)
            ? alarm
            : "the broker does not say that it removed what it was asked to";
    return new MessagingException(why + ", for " + CONFIRM_TIMEOUT.toSeconds() + " s now");
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
