package orderflow.cli.deadletter;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import orderflow.cli.deadletter.Amendment.NotAmendableException;
import orderflow.cli.deadletter.Editor.EditorFailedException;
import orderflow.cli.deadletter.Replayed.Fate;
import orderflow.delivery.Replay;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * Goes through dead letters one by one: passes over those that are not meant, refuses those that
 * would die again, and makes messages of the others. Not thread-safe.
 */
final class Chooser implements Replay.Choice {
  private final Instructions instructions;
  private final Addressing addressing;
  private final Targets targets;
  private final Consumer<Replayed> results;
  private final Map<Long, Replayed> underWay = new HashMap<>();
  private final @Nullable ToIntFunction<Delivery> positions;
  private int seen;
  private long chosen;

  /**
   * For the letters of a queue, from its head.
   *
   * @param targets tells beforehand what cannot be sent
   * @param results gets each letter that was refused at once, and each that was replayed once it is
   */
  Chooser(Instructions instructions, Targets targets, Consumer<Replayed> results) {
    this(instructions, targets, results, null);
  }

  /**
   * For letters that do not lie in their queue any more.
   *
   * @param positions tells where each lay; null to count
   */
  Chooser(
      Instructions instructions,
      Targets targets,
      Consumer<Replayed> results,
      @Nullable ToIntFunction<Delivery> positions) {
    this.instructions = instructions;
    this.positions = positions;
    this.targets = targets;
    this.addressing = new Addressing(instructions.to());
    this.results = results;
  }

  /** How many letters were looked at. */
  int seen() {
    return seen;
  }

  /** How many messages were made. */
  long chosen() {
    return chosen;
  }

  /** Whether no more can be meant. */
  boolean isDone() {
    return chosen >= instructions.most()
        || (positions == null && seen >= instructions.criteria().lastPosition());
  }

  @Override
  public Optional<Message> of(Delivery letter) throws InterruptedException {
    if (isDone()) {
      return Optional.empty();
    }
    seen++;
    int position = positions == null ? seen : positions.applyAsInt(letter);
    var view = DeadLetterView.of(position, letter);
    if (!instructions.criteria().isMet(view)) {
      return Optional.empty();
    }
    try {
      byte[] body = instructions.amendment().applyTo(letter.body());
      if (instructions.editor().isPresent() && !instructions.dryRun()) {
        byte[] edited = instructions.editor().get().edit(body);
        if (Arrays.equals(edited, body)) {
          String why = "nothing was changed in the editor";
          results.accept(replayed(letter, view, Fate.LEFT, null, why));
          return Optional.empty();
        }
        body = edited;
      }
      return choose(letter, view, body);
    } catch (NotAmendableException | EditorFailedException e) {
      results.accept(replayed(letter, view, Fate.REFUSED, null, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private Optional<Message> choose(Delivery letter, DeadLetterView view, byte[] body) {
    Optional<Message> message = addressing.replay(letter, view, body);
    if (message.isEmpty()) {
      results.accept(
          replayed(
              letter,
              view,
              Fate.REFUSED,
              null,
              instructions.to() == null
                  ? "where it came from is not known; use --to"
                  : "it lies in " + instructions.to() + " already"));
      return Optional.empty();
    }
    String to = Addressing.name(message.get());
    Optional<String> problem = problem(letter, view, message.get());
    if (problem.isPresent()) {
      results.accept(replayed(letter, view, Fate.REFUSED, to, problem.get()));
      return Optional.empty();
    }
    chosen++;
    if (instructions.dryRun()) {
      results.accept(replayed(letter, view, Fate.CHOSEN, to, lacking(view)));
      return Optional.empty();
    }
    DeadLetterView sent = view.withOrderOf(body);
    underWay.put(
        letter.tag(),
        replayed(letter, sent, Fate.REPLAYED, to, lacking(view))
            .with(
                new Replayed.Sent(
                    Addressing.arrival(letter, message.get()).orElse(null),
                    ReturnedLetters.mark(body))));
    return message;
  }

  private Optional<String> problem(Delivery letter, DeadLetterView view, Message message) {
    Optional<String> nowhere = targets.problem(message);
    return nowhere.isPresent() || !instructions.checks()
        ? nowhere
        : Addressing.problem(letter, view, message).map(why -> "it would die again: " + why);
  }

  private static @Nullable String lacking(DeadLetterView view) {
    List<String> dropped = view.droppedHeaders();
    return dropped.isEmpty()
        ? null
        : "without what its dead letter has no room for: header " + String.join(", ", dropped);
  }

  private static Replayed replayed(
      Delivery letter,
      DeadLetterView view,
      Fate fate,
      @Nullable String to,
      @Nullable String detail) {
    return new Replayed(view, letter.queue(), fate, to, detail, null, null);
  }

  @Override
  public void replayed(Delivery letter) {
    Replayed done = underWay.remove(letter.tag());
    if (done != null) {
      results.accept(done);
    }
  }

  @Override
  public void failed(Delivery letter, String why) {
    Replayed sent = underWay.remove(letter.tag());
    if (sent != null) {
      results.accept(sent.failed(why));
    }
  }
}
