package orderflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import orderflow.cli.deadletter.ReplayResult;
import orderflow.cli.deadletter.ReplayResult.Status;
import orderflow.cli.deadletter.Replayer;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.OutputFormat;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;

/** The report of a replay: progress, and the results at the end. Not thread-safe. */
final class ReplayReport implements Consumer<ReplayResult> {
  private static final int MOST_LISTED = 50;

  private final CliContext cli;
  private final GlobalOptions global;
  private final boolean dryRun;
  private final Progress progress;
  private final List<ReplayResult> results = new ArrayList<>();
  private final Map<Status, Long> counts = new EnumMap<>(Status.class);
  private final List<String> warnings = new ArrayList<>();
  private String queue = "";
  private long depth;
  private String total = "";
  private boolean followed;

  ReplayReport(CliContext cli, GlobalOptions global, boolean dryRun, Progress progress) {
    this.cli = cli;
    this.global = global;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /**
   * @param most how many messages of {@code from} can be selected
   * @param atMost whether there may be fewer
   */
  void begins(String from, long messages, long most, boolean atMost) {
    queue = from;
    depth = messages;
    expects(most, atMost);
  }

  void expects(long most, boolean atMost) {
    total = (atMost ? " of at most " : " of ") + Text.grouped(most);
  }

  @Override
  public void accept(ReplayResult result) {
    results.add(result);
    counts.merge(result.status(), 1L, Long::sum);
    progress.update(
        "%s %s%s   refused %s"
            .formatted(verb(), Text.grouped(sent()), total, Text.grouped(count(Status.REFUSED))));
  }

  private long count(Status status) {
    return counts.getOrDefault(status, 0L);
  }

  private long sent() {
    return count(Status.REPLAYED) + count(Status.CHOSEN);
  }

  /** Whether nothing was done with any message yet. */
  boolean isEmpty() {
    return results.size() == count(Status.UNTOUCHED);
  }

  private String verb() {
    return dryRun ? "would be replayed" : "replayed";
  }

  /** Other clients hold messages, or may: the exit code is 3. */
  void incomplete(String why) {
    warnings.add(why);
  }

  /** The broker was lost, or the replay failed in another way. */
  void brokeOff(String why) {
    warnings.add(
        why
            + (count(Status.UNKNOWN) + count(Status.UNREMOVED) > 0
                ? "; all other messages are where they were; it is safe to replay the unknown ones"
                    + " again: their consumer ignores duplicates"
                : "; messages that were not replayed are where they were"));
  }

  void ended(Replayer.Remainder remainder) {
    if (remainder.missed() > 0) {
      warnings.add(
          "%s of %s dead letters were not seen: another client took them, or holds them"
              .formatted(Text.grouped(remainder.missed()), Text.grouped(depth)));
    }
    if (remainder.sentTwice() > 0) {
      warnings.add(
          ("the broker closed the channel over a message, so up to %s around it may have been sent"
                  + " twice")
              .formatted(Text.grouped(remainder.sentTwice())));
    }
  }

  /** Waits at most {@code limit} for outcomes. */
  void follow(ReplayFollower follower, Duration limit) throws InterruptedException {
    followed = true;
    if (follower.usesEvents()) {
      progress.line(
          "note: the inventory service does not answer; outcomes are taken from events on the"
              + " broker");
    }
    try {
      follower.follow(
          results,
          limit,
          (known, all) ->
              progress.update(
                  "outcomes known: %s of %s".formatted(Text.grouped(known), Text.grouped(all))));
    } catch (CliException e) {
      warnings.add("outcomes are not known: " + e.getMessage());
    }
  }

  private boolean isNotFollowed(ReplayResult result) {
    return followed && result.status() == Status.REPLAYED && !ReplayFollower.isFollowed(result);
  }

  private boolean hasNoOutcome(ReplayResult result) {
    return followed && ReplayFollower.isFollowed(result) && result.outcome() == null;
  }

  private long deadAgain() {
    return results.stream()
        .filter(result -> ReplayFollower.DEAD_AGAIN.equals(result.outcome()))
        .count();
  }

  /**
   * @param finished whether it was not interrupted
   */
  ExitCode print(boolean finished) {
    progress.clear();
    OutputFormat output = global.output();
    if (output.isHumanReadable()) {
      printTable(finished);
    } else {
      List<Map<String, Object>> rows = new ArrayList<>();
      results.forEach(result -> rows.add(result.toJson()));
      output.printAll(cli, rows);
      if (!global.quiet()) {
        outcomes().ifPresent(cli.err()::println);
      }
    }
    warnings.forEach(why -> cli.err().println("orderflow: " + Text.printable(why)));
    cli.err().flush();
    if (!finished) {
      return ExitCode.INTERRUPTED;
    }
    boolean done =
        warnings.isEmpty()
            && results.size() == sent() + count(Status.LEFT)
            && deadAgain() == 0
            && results.stream().noneMatch(result -> isNotFollowed(result) || hasNoOutcome(result));
    return done ? ExitCode.DONE : ExitCode.PARTIAL;
  }

  private void printTable(boolean finished) {
    var out = cli.out();
    List<ReplayResult> listed =
        results.stream().filter(result -> global.verbose() || isListed(result)).toList();
    listed.stream()
        .limit(global.verbose() ? Long.MAX_VALUE : MOST_LISTED)
        .forEach(result -> lines(result).forEach(out::println));
    if (listed.size() > MOST_LISTED && !global.verbose()) {
      out.println("and " + Text.grouped(listed.size() - MOST_LISTED) + " more; -v lists all");
    }
    out.println(
        "%s%s %s%s%s"
            .formatted(
                queue.isEmpty() ? "" : queue + ": ",
                verb(),
                Text.grouped(sent()),
                queue.isEmpty() ? "" : " of " + Text.grouped(depth),
                counted(", left ", count(Status.LEFT))
                    + counted(", refused ", count(Status.REFUSED))
                    + counted(", failed ", count(Status.FAILED))
                    + counted(", sent and perhaps not removed ", count(Status.UNREMOVED))
                    + counted(", unknown ", count(Status.UNKNOWN))
                    + counted(", untouched ", count(Status.UNTOUCHED))
                    + counted(", dead again ", deadAgain())
                    + counted(
                        ", without an outcome yet ",
                        results.stream().filter(this::hasNoOutcome).count())
                    + counted(
                        ", not followed ", results.stream().filter(this::isNotFollowed).count())
                    + (finished ? "" : ", interrupted")));
    outcomes().ifPresent(out::println);
    out.flush();
  }

  /** How many orders have which outcome; empty when they were not followed. */
  private Optional<String> outcomes() {
    Map<String, Long> known =
        results.stream()
            .filter(result -> result.outcome() != null)
            .collect(
                Collectors.groupingBy(
                    result -> String.valueOf(result.outcome()),
                    TreeMap::new,
                    Collectors.counting()));
    String listed =
        known.entrySet().stream()
            .map(outcome -> outcome.getKey() + " " + Text.grouped(outcome.getValue()))
            .collect(Collectors.joining(", "));
    return followed
        ? Optional.of(
            "outcomes: "
                + (listed.isEmpty() ? "none" : listed)
                + counted(", not yet ", results.stream().filter(this::hasNoOutcome).count()))
        : Optional.empty();
  }

  private static String counted(String what, long count) {
    return count > 0 ? what + Text.grouped(count) : "";
  }

  private boolean isListed(ReplayResult result) {
    return (result.status() != Status.REPLAYED && result.status() != Status.UNTOUCHED)
        || dryRun
        || result.outcome() != null
        || result.detail() != null
        || isNotFollowed(result);
  }

  private List<String> lines(ReplayResult result) {
    String order = result.info().orderId();
    String detail = result.detail();
    boolean sent = result.status() == Status.REPLAYED || result.status() == Status.CHOSEN;
    String text =
        detail != null && !sent
            ? detail
            : (order == null ? "no order id" : order)
                + (result.outcome() == null
                    ? " -> " + result.to() + (isNotFollowed(result) ? ", not followed" : "")
                    : ": " + result.outcome())
                + (detail == null ? "" : ", " + detail);
    String id = result.info().id();
    return Text.wrapBeside(
        "#%-4d %-9s ".formatted(result.info().position(), result.status().wire()),
        Text.printable(text) + (id.isEmpty() ? "" : " [" + id + "]"),
        cli.columns());
  }
}
