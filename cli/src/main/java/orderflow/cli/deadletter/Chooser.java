package orderflow.cli.deadletter;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import orderflow.cli.deadletter.BodyPatch.NotAmendableException;
import orderflow.cli.deadletter.Editor.EditorFailedException;
import orderflow.cli.deadletter.ReplayResult.Status;
import orderflow.delivery.Replay;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * Goes through dead letters one by one: passes over those that are not meant, refuses those that
 * would die again, and makes messages of the others. Not thread-safe.
 */
final class Chooser implements Replay.Choice {
  private final ReplayOptions instructions;
  private final ReplayRouting addressing;
  private final DestinationCheck targets;
  private final Consumer<ReplayResult> results;
  private final Map<Long, ReplayResult> underWay = new HashMap<>();
  private final @Nullable ToIntFunction<Delivery> positions;
  private final @Nullable PlannedLetters plan;
  private int seen;
  private long chosen;

  /**
   * @param targets tells beforehand what cannot be sent
   * @param results gets each letter that was refused at once, and each that was replayed once it is
   * @param positions tells where each letter lay that does not lie in its queue any more; null to
   *     count from the head
   * @param plan the only ones that are meant; null for those that meet the criteria
   */
  Chooser(
      ReplayOptions instructions,
      DestinationCheck targets,
      Consumer<ReplayResult> results,
      @Nullable ToIntFunction<Delivery> positions,
      @Nullable PlannedLetters plan) {
    this.instructions = instructions;
    this.positions = positions;
    this.plan = plan;
    this.targets = targets;
    this.addressing = new ReplayRouting(instructions.to());
    this.results = results;
  }

  /** How many letters were looked at. */
  int seen() {
    return seen;
  }

  /** How many letters of {@code depth} were to be looked at and did not come. */
  long unseen(long depth) {
    return isDone() ? 0 : Math.min(depth, instructions.criteria().lastPosition()) - seen;
  }

  /** How many messages were made. */
  long chosen() {
    return chosen;
  }

  /** Whether no more can be meant. */
  boolean isDone() {
    return plan != null
        ? plan.isEmpty()
        : chosen >= instructions.most()
            || (positions == null && seen >= instructions.criteria().lastPosition());
  }

  /** For a dry run: tells what would become of {@code letter}. */
  void look(Delivery letter) {
    try {
      of(letter);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a dry run opens no editor", e);
    }
  }

  @Override
  public Optional<Message> of(Delivery letter) throws InterruptedException {
    if (isDone()) {
      return Optional.empty();
    }
    seen++;
    if (plan != null) {
      return plan.take(letter).flatMap(planned -> chooseOrRefuse(letter, planned));
    }
    int position = positions == null ? seen : positions.applyAsInt(letter);
    var view = DeadLetterInfo.of(position, letter);
    if (!instructions.criteria().isMet(view)) {
      return Optional.empty();
    }
    try {
      byte[] body = instructions.amendment().applyTo(letter.body());
      if (instructions.editor().isPresent() && !instructions.dryRun()) {
        byte[] edited = instructions.editor().get().edit(body);
        if (Arrays.equals(edited, body)) {
          String why = "nothing was changed in the editor";
          results.accept(replayed(letter, view, Status.LEFT, null, why));
          return Optional.empty();
        }
        body = edited;
      }
      return choose(letter, view, body);
    } catch (NotAmendableException | EditorFailedException e) {
      results.accept(replayed(letter, view, Status.REFUSED, null, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private Optional<Message> chooseOrRefuse(Delivery letter, PlannedLetters.Planned planned) {
    var view = DeadLetterInfo.of(planned.letter().position(), letter);
    try {
      return choose(
          letter,
          view,
          planned.edited().orElseGet(() -> instructions.amendment().applyTo(letter.body())));
    } catch (NotAmendableException e) {
      results.accept(replayed(letter, view, Status.REFUSED, null, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private Optional<Message> choose(Delivery letter, DeadLetterInfo view, byte[] body) {
    Optional<Message> message = addressing.replay(letter, view, body);
    if (message.isEmpty()) {
      results.accept(
          replayed(
              letter,
              view,
              Status.REFUSED,
              null,
              instructions.to() == null
                  ? "where it came from is not known; use --to"
                  : "it lies in " + instructions.to() + " already"));
      return Optional.empty();
    }
    String to = ReplayRouting.name(message.get());
    Optional<String> problem = problem(letter, view, message.get());
    if (problem.isPresent()) {
      results.accept(replayed(letter, view, Status.REFUSED, to, problem.get()));
      return Optional.empty();
    }
    chosen++;
    if (instructions.dryRun()) {
      results.accept(replayed(letter, view, Status.CHOSEN, to, lacking(view)));
      return Optional.empty();
    }
    DeadLetterInfo sent = view.withOrderOf(body);
    underWay.put(
        letter.tag(),
        replayed(letter, sent, Status.REPLAYED, to, lacking(view))
            .with(
                new ReplayResult.Sent(
                    ReplayRouting.arrival(letter, message.get()).orElse(null),
                    RedeadDetector.mark(body),
                    ReplayRouting.destinations(message.get()))));
    return message;
  }

  private Optional<String> problem(Delivery letter, DeadLetterInfo view, Message message) {
    Optional<String> nowhere = targets.problem(message);
    return nowhere.isPresent() || !instructions.checks()
        ? nowhere
        : ReplayRouting.problem(letter, view, message).map(why -> "it would die again: " + why);
  }

  private static @Nullable String lacking(DeadLetterInfo view) {
    List<String> dropped = view.droppedHeaders();
    return dropped.isEmpty()
        ? null
        : "without what its dead letter has no room for: header " + String.join(", ", dropped);
  }

  private static ReplayResult replayed(
      Delivery letter,
      DeadLetterInfo view,
      Status fate,
      @Nullable String to,
      @Nullable String detail) {
    return new ReplayResult(view, letter.queue(), fate, to, detail, null, null);
  }

  @Override
  public void replayed(Delivery letter) {
    ends(letter, sent -> sent);
  }

  @Override
  public void failed(Delivery letter, String why) {
    ends(letter, sent -> sent.ended(Status.FAILED, why));
  }

  @Override
  public void nacked(Delivery letter, String why) {
    ends(letter, sent -> sent.ended(Status.REFUSED, whyNacked(sent)));
  }

  @Override
  public void open(Delivery letter, boolean confirmed) {
    ends(
        letter,
        sent -> {
          String queue = sent.queue();
          return confirmed
              ? sent.ended(Status.UNREMOVED, "it arrived, and is perhaps in " + queue + " still")
              : sent.ended(Status.UNKNOWN, "it perhaps arrived, and is in " + queue + " still");
        });
  }

  private String whyNacked(ReplayResult sent) {
    return targets.nacked(
        sent.sent() == null ? List.of() : sent.sent().destinations(), String.valueOf(sent.to()));
  }

  private void ends(Delivery letter, UnaryOperator<ReplayResult> end) {
    ReplayResult sent = underWay.remove(letter.tag());
    if (sent != null) {
      results.accept(end.apply(sent));
    }
  }

  /**
   * After a fault: tells of each letter that was chosen and not sent, and of each that was not
   * looked at, as far as its position alone may make it one that is meant.
   *
   * @param depth how many there were
   */
  void tellUntouched(String queue, long depth) {
    tellUnsent();
    if (plan != null) {
      plan.rest().forEach(letter -> untouched(queue, letter));
      return;
    }
    long last = Math.min(depth, instructions.criteria().lastPosition());
    for (int position = seen + 1; position <= last && chosen < instructions.most(); position++) {
      if (instructions.criteria().mayMean(position)) {
        untouched(queue, DeadLetterInfo.unseen(position));
      }
    }
  }

  /** The same for letters that can still be looked at. */
  void tellUntouched(Iterator<DeadLetterFile.Line> rest) {
    tellUnsent();
    while (rest.hasNext() && chosen < instructions.most()) {
      DeadLetterFile.Line line = rest.next();
      var view = DeadLetterInfo.of(line.position(), line.letter());
      if (instructions.criteria().isMet(view)) {
        untouched(line.letter().queue(), view);
      }
    }
  }

  /** At the end: tells of each that was planned and did not come. */
  void tellGone(String queue) {
    if (plan != null) {
      String why = "it is gone from " + queue + ", or another client holds it";
      plan.rest()
          .forEach(letter ->
              results.accept(
                  new ReplayResult(letter, queue, Status.REFUSED, null, why, null, null)));
    }
  }

  private void tellUnsent() {
    underWay.values().stream()
        .sorted(Comparator.comparingInt(unsent -> unsent.letter().position()))
        .forEach(unsent -> results.accept(unsent.ended(Status.UNTOUCHED, "it was not sent")));
    underWay.clear();
  }

  private void untouched(String queue, DeadLetterInfo view) {
    chosen++;
    results.accept(
        new ReplayResult(view, queue, Status.UNTOUCHED, null, "it was not looked at", null, null));
  }
}
