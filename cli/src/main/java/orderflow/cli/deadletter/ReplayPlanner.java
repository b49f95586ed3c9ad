package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.deadletter.BodyPatch.NotAmendableException;
import orderflow.cli.deadletter.Editor.EditorFailedException;
import orderflow.cli.deadletter.PlannedLetters.Planned;
import orderflow.cli.deadletter.ReplayResult.Status;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/**
 * Chooses dead letters in a look, before any is taken: a person who edits for half an hour holds
 * none back meanwhile, and the newest are known only once all were seen.
 */
final class ReplayPlanner {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long MOST_EDITED_BYTES = 32L * 1024 * 1024;

  private final QueueBrowser browser;
  private final ReplayOptions instructions;
  private final Consumer<ReplayResult> results;
  private final Deque<Candidate> candidates = new ArrayDeque<>();
  private long bytes;

  private record Candidate(
      DeadLetterInfo letter, Fingerprint fingerprint, @Nullable Delivery toEdit) {}

  /**
   * @param results gets each letter that is left or refused because of its edit
   */
  ReplayPlanner(QueueBrowser browser, ReplayOptions instructions, Consumer<ReplayResult> results) {
    this.browser = browser;
    this.instructions = instructions;
    this.results = results;
  }

  /** Whether these instructions need a plan. */
  static boolean isNeeded(ReplayOptions instructions) {
    return instructions.newest() || (instructions.editor().isPresent() && !instructions.dryRun());
  }

  /**
   * @throws CliException when there is no such editor, or there is too much to edit
   */
  PlannedLetters plan(String queue) throws InterruptedException {
    DeadLetterFilter criteria = instructions.criteria();
    int[] position = {0};
    browser.visit(
        queue,
        criteria.lastPosition(),
        PATIENCE,
        letter -> {
          var view = DeadLetterInfo.of(++position[0], letter);
          if (criteria.isMet(view)) {
            add(view, letter);
          }
          return position[0] < criteria.lastPosition()
              && (instructions.newest() || candidates.size() < instructions.most());
        });
    var plan = new PlannedLetters();
    for (Candidate candidate : candidates) {
      if (candidate.toEdit() == null) {
        plan.add(candidate.fingerprint(), new Planned(candidate.letter(), Optional.empty()));
      } else {
        edit(candidate, candidate.toEdit(), plan);
      }
    }
    return plan;
  }

  private void add(DeadLetterInfo view, Delivery letter) {
    boolean edits = instructions.editor().isPresent();
    bytes += edits ? letter.body().length : 0;
    if (bytes > MOST_EDITED_BYTES) {
      throw new CliException(
          ExitCode.USAGE, "--edit: the bodies have more than 32 MB; choose fewer, as with --limit");
    }
    candidates.add(
        new Candidate(view.withoutBody(), Fingerprint.of(letter), edits ? letter : null));
    if (candidates.size() > instructions.most()) {
      Candidate older = candidates.removeFirst();
      bytes -= older.toEdit() == null ? 0 : older.toEdit().body().length;
    }
  }

  private void edit(Candidate candidate, Delivery letter, PlannedLetters plan)
      throws InterruptedException {
    try {
      byte[] body = instructions.amendment().applyTo(letter.body());
      byte[] edited = instructions.editor().orElseThrow().edit(body);
      if (Arrays.equals(edited, body)) {
        ends(candidate, letter, Status.LEFT, "nothing was changed in the editor");
      } else {
        plan.add(candidate.fingerprint(), new Planned(candidate.letter(), Optional.of(edited)));
      }
    } catch (NotAmendableException | EditorFailedException e) {
      ends(candidate, letter, Status.REFUSED, String.valueOf(e.getMessage()));
    }
  }

  private void ends(Candidate candidate, Delivery letter, Status fate, String why) {
    results.accept(
        new ReplayResult(candidate.letter(), letter.queue(), fate, null, why, null, null));
  }
}
