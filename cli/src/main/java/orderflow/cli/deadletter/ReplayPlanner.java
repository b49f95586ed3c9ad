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
import orderflow.cli.deadletter.BodyPatch.UnpatchableException;
import orderflow.cli.deadletter.Editor.EditorFailedException;
import orderflow.cli.deadletter.ReplayResult.Status;
import orderflow.delivery.Replay;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import org.jspecify.annotations.Nullable;

/**
 * The plan step of a replay: filters dead letters, refuses those that would be dead-lettered again,
 * and makes messages of the others. Reports one result for each selected message. Not thread-safe.
 */
final class ReplayPlanner implements Replay.Decider {
  private final ReplayOptions options;
  private final ReplayRouting routing;
  private final Consumer<ReplayResult> results;
  private final @Nullable ToIntFunction<Delivery> positions;
  private final @Nullable DeadLetterPlan plan;
  private final Map<Long, ReplayResult> inFlight = new HashMap<>();
  private int seen;
  private long chosen;

  /**
   * @param positions in the original queue; null to count from the head
   * @param plan the only messages to send; null for those that the filter selects
   */
  ReplayPlanner(
      ReplayOptions options,
      ReplayRouting routing,
      Consumer<ReplayResult> results,
      @Nullable ToIntFunction<Delivery> positions,
      @Nullable DeadLetterPlan plan) {
    this.options = options;
    this.routing = routing;
    this.results = results;
    this.positions = positions;
    this.plan = plan;
  }

  int seen() {
    return seen;
  }

  /** How many of {@code depth} messages were to be looked at and did not come. */
  long missed(long depth) {
    return isDone() || plan != null ? 0 : Math.min(depth, options.filter().lastPosition()) - seen;
  }

  /** How many messages were made. */
  long chosen() {
    return chosen;
  }

  /** Whether no more can be selected. */
  boolean isDone() {
    return plan != null
        ? plan.size() == 0
        : chosen >= options.filter().limit()
            || (positions == null && seen >= options.filter().lastPosition());
  }

  @Override
  public Optional<Message> messageFor(Delivery deadLetter) throws InterruptedException {
    if (isDone()) {
      return Optional.empty();
    }
    seen++;
    Optional<byte[]> edited = Optional.empty();
    DeadLetterInfo info;
    if (plan == null) {
      info =
          DeadLetterInfo.of(
              positions == null ? seen : positions.applyAsInt(deadLetter), deadLetter);
      if (!options.filter().matches(info)) {
        return Optional.empty();
      }
    } else {
      Optional<DeadLetterPlan.Planned> planned = plan.take(deadLetter, seen);
      if (planned.isEmpty()) {
        return Optional.empty();
      }
      edited = planned.get().editedBody();
      info = DeadLetterInfo.of(planned.get().info().position(), deadLetter);
    }
    Optional<byte[]> body = edited.isPresent() ? edited : body(info, deadLetter);
    return body.isPresent() ? message(deadLetter, info, body.get()) : Optional.empty();
  }

  /** The body to send, patched and edited; empty when a result says why there is none. */
  Optional<byte[]> body(DeadLetterInfo info, Delivery deadLetter) throws InterruptedException {
    try {
      byte[] body = options.patch().applyTo(deadLetter.body());
      if (!options.edits()) {
        return Optional.of(body);
      }
      byte[] edited = options.editor().orElseThrow().edit(body);
      if (!Arrays.equals(edited, body)) {
        return Optional.of(edited);
      }
      report(deadLetter, info, Status.LEFT, "nothing was changed in the editor");
    } catch (UnpatchableException | EditorFailedException e) {
      report(deadLetter, info, Status.REFUSED, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private Optional<Message> message(Delivery deadLetter, DeadLetterInfo info, byte[] body) {
    Optional<Message> message = routing.route(deadLetter, info, body);
    if (message.isEmpty()) {
      report(
          deadLetter,
          info,
          Status.REFUSED,
          options.to() == null
              ? "its origin is unknown; use --to"
              : "it is in " + options.to() + " already");
      return Optional.empty();
    }
    var planned =
        new ReplayResult(
            info.withOrderOf(body),
            deadLetter.queue(),
            options.dryRun() ? Status.CHOSEN : Status.REPLAYED,
            ReplayRouting.address(message.get()),
            droppedHeaders(info),
            null,
            new ReplayResult.Sent(
                ReplayRouting.contractQueue(deadLetter, message.get()).orElse(null),
                RedeadDetector.mark(body),
                ReplayRouting.destinations(message.get())));
    Optional<String> problem =
        routing
            .whyNotPublishable(message.get())
            .or(() ->
                options.checks()
                    ? ReplayRouting.whyDeadAgain(deadLetter, info, message.get())
                        .map(why -> "it would be dead-lettered again: " + why)
                    : Optional.empty());
    if (problem.isPresent()) {
      results.accept(planned.ended(Status.REFUSED, problem.get()));
      return Optional.empty();
    }
    chosen++;
    if (options.dryRun()) {
      results.accept(planned);
      return Optional.empty();
    }
    inFlight.put(deadLetter.tag(), planned);
    return message;
  }

  private static @Nullable String droppedHeaders(DeadLetterInfo info) {
    List<String> dropped = info.droppedHeaders();
    return dropped.isEmpty()
        ? null
        : "without what did not fit into the dead letter: header " + String.join(", ", dropped);
  }

  private void report(Delivery deadLetter, DeadLetterInfo info, Status status, String why) {
    results.accept(ReplayResult.of(info, deadLetter.queue(), status, why));
  }

  @Override
  public void ended(long tag, Replay.Result result, String why) {
    ReplayResult planned = inFlight.remove(tag);
    if (planned == null) {
      return;
    }
    String queue = planned.queue();
    results.accept(
        switch (result) {
          case REPLAYED -> planned;
          case FAILED -> planned.ended(Status.FAILED, why);
          case NACKED -> planned.ended(Status.REFUSED, whyNacked(planned));
          case NOT_REMOVED ->
              planned.ended(Status.UNREMOVED, "it arrived, and may still be in " + queue);
          case UNKNOWN ->
              planned.ended(Status.UNKNOWN, "it may have arrived, and is still in " + queue);
        });
  }

  private String whyNacked(ReplayResult planned) {
    return routing.whyNacked(
        planned.sent() == null ? List.of() : planned.sent().destinations(),
        String.valueOf(planned.to()));
  }

  /**
   * After a fault: reports each message that was chosen and not sent, and each that was not looked
   * at, as far as its position selects it.
   *
   * @param depth how many there were
   */
  void reportUntouched(String queue, long depth) {
    reportUnsent();
    if (plan != null) {
      plan.rest().forEach(info -> reportUntouched(queue, info));
      return;
    }
    long last = Math.min(depth, options.filter().lastPosition());
    for (int n = seen + 1; n <= last && chosen < options.filter().limit(); n++) {
      if (options.filter().matchesPosition(n)) {
        reportUntouched(queue, DeadLetterInfo.unread(n));
      }
    }
  }

  /** The same for a file. */
  void reportUntouched(Iterator<DeadLetterFile.Line> rest) {
    reportUnsent();
    while (rest.hasNext() && chosen < options.filter().limit()) {
      DeadLetterFile.Line line = rest.next();
      var info = DeadLetterInfo.of(line.position(), line.message());
      if (options.filter().matches(info)) {
        reportUntouched(line.message().queue(), info);
      }
    }
  }

  private void reportUnsent() {
    inFlight.values().stream()
        .sorted(Comparator.comparingInt(unsent -> unsent.info().position()))
        .forEach(unsent -> results.accept(unsent.ended(Status.UNTOUCHED, "it was not sent")));
    inFlight.clear();
  }

  private void reportUntouched(String queue, DeadLetterInfo info) {
    chosen++;
    results.accept(ReplayResult.of(info, queue, Status.UNTOUCHED, "it was not looked at"));
  }

  /** At the end: reports each planned message that did not come. */
  void reportMissing(String queue) {
    if (plan != null) {
      String why = "it is gone from " + queue + ", or another client holds it";
      plan.rest()
          .forEach(info -> results.accept(ReplayResult.of(info, queue, Status.REFUSED, why)));
    }
  }
}
