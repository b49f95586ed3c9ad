package orderflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
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

/** What became of the dead letters that were meant: live, and at the end. Not thread-safe. */
final class ReplayReport implements Consumer<ReplayResult> {
  private static final int MOST_LISTED = 50;

  private final CliContext cli;
  private final GlobalOptions global;
  private final boolean dryRun;
  private final Progress progress;
  private final List<ReplayResult> results = new ArrayList<>();
  private String queue = "";
  private long depth;
  private String total = "";
  private long sent;
  private long left;
  private long refused;
  private long withoutOutcome;
  private long failed;
  private long unknown;
  private long unremoved;
  private long untouched;
  private long sentTwice;
  private long deadAgain;
  private long notFollowed;
  private boolean followed;
  private final List<String> cutShort = new ArrayList<>();

  ReplayReport(CliContext cli, GlobalOptions global, boolean dryRun, Progress progress) {
    this.cli = cli;
    this.global = global;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /** Dead letters of {@code from} will be looked at. */
  void begins(String from, long letters) {
    queue = from;
    depth = letters;
  }

  @Override
  public void accept(ReplayResult replayed) {
    results.add(replayed.withoutBody());
    switch (replayed.fate()) {
      case LEFT -> left++;
      case REFUSED -> refused++;
      case FAILED -> failed++;
      case UNKNOWN -> unknown++;
      case UNTOUCHED -> untouched++;
      case UNREMOVED -> unremoved++;
      case REPLAYED, CHOSEN -> sent++;
    }
    progress.update(
        "%s %s%s   refused %s".formatted(verb(), Text.grouped(sent), total, Text.grouped(refused)));
  }

  /**
   * So many letters are to be sent.
   *
   * @param atMost whether there may be fewer
   */
  void expects(long letters, boolean atMost) {
    total = (atMost ? " of at most " : " of ") + Text.grouped(letters);
  }

  /** Whether nothing became of any letter yet. */
  boolean isEmpty() {
    return results.size() == untouched;
  }

  private String verb() {
    return dryRun ? "would be replayed" : "replayed";
  }

  /** The broker was lost, or nothing more can be sent for another reason. */
  void brokeOff(String why) {
    cutShort.add(
        why
            + (unknown + unremoved > 0
                ? "; everything that was not replayed is where it was, and what is unknown may have"
                    + " been sent: to replay it again is safe, its consumer ignores duplicates"
                : "; what was not replayed is where it was"));
  }

  /** The replay ended, with this beside the results. */
  void ended(Replayer.Remainder remainder) {
    sentTwice = remainder.sentTwice();
    if (remainder.unseen() > 0) {
      cutShort.add(
          "%s of %s dead letters were not seen: another client took them, or holds them"
              .formatted(Text.grouped(remainder.unseen()), Text.grouped(depth)));
    }
  }

  /** There may be more than can be seen, beside so many consumers. */
  void hidden(long consumers) {
    cutShort.add(
        "%s visible: %d other consumer%s may hold more"
            .formatted(Text.grouped(depth), consumers, consumers == 1 ? "" : "s"));
  }

  /**
   * Waits at most {@code limit} for what they become; a service that is away is told at the end.
   */
  void follow(ReplayFollower follower, Duration limit) throws InterruptedException {
    followed = true;
    try {
      follower.follow(
          results,
          limit,
          (known, all) ->
              progress.update(
                  "outcomes known: %s of %s".formatted(Text.grouped(known), Text.grouped(all))));
    } catch (CliException e) {
      cutShort.add("what they became is not known: " + e.getMessage());
    }
    for (ReplayResult replayed : results) {
      if (isNotFollowed(replayed)) {
        notFollowed++;
      } else if (ReplayFollower.DEAD_AGAIN.equals(replayed.outcome())) {
        deadAgain++;
      } else if (replayed.fate() == Status.REPLAYED && replayed.outcome() == null) {
        withoutOutcome++;
      }
    }
  }

  /** It was to be, but nobody can tell what it became. */
  private boolean isNotFollowed(ReplayResult replayed) {
    return followed && replayed.fate() == Status.REPLAYED && !ReplayFollower.isFollowed(replayed);
  }

  /**
   * @param finished whether nobody interrupted it
   */
  ExitCode print(boolean finished) {
    progress.clear();
    OutputFormat output = global.output();
    if (output.isHumanReadable()) {
      printForPeople(finished);
    } else {
      List<Map<String, Object>> rows = new ArrayList<>();
      results.forEach(replayed -> rows.add(replayed.toJson()));
      output.printAll(cli, rows);
    }
    if (sentTwice > 0) {
      cutShort.add(
          ("the broker closed the channel over a message, so up to %s around it may have been sent"
                  + " twice")
              .formatted(Text.grouped(sentTwice)));
    }
    if (followed && !output.isHumanReadable() && !global.quiet()) {
      outcomes().ifPresent(cli.err()::println);
    }
    cutShort.forEach(why -> cli.err().println("orderflow: " + Text.printable(why)));
    cli.err().flush();
    if (!finished) {
      return ExitCode.INTERRUPTED;
    }
    long open = unknown + unremoved + untouched + withoutOutcome + notFollowed;
    return refused + failed + deadAgain + open > 0 || !cutShort.isEmpty()
        ? ExitCode.PARTIAL
        : ExitCode.DONE;
  }

  private void printForPeople(boolean finished) {
    var out = cli.out();
    List<ReplayResult> listed =
        results.stream().filter(replayed -> global.verbose() || isWorthALine(replayed)).toList();
    listed.stream()
        .limit(global.verbose() ? Long.MAX_VALUE : MOST_LISTED)
        .forEach(replayed -> lines(replayed).forEach(out::println));
    if (listed.size() > MOST_LISTED && !global.verbose()) {
      out.println("and " + Text.grouped(listed.size() - MOST_LISTED) + " more; -v lists all");
    }
    out.println(
        "%s%s %s%s%s"
            .formatted(
                queue.isEmpty() ? "" : queue + ": ",
                verb(),
                Text.grouped(sent),
                queue.isEmpty() ? "" : " of " + Text.grouped(depth),
                counted(", left ", left)
                    + counted(", refused ", refused)
                    + counted(", failed ", failed)
                    + counted(", sent and perhaps not removed ", unremoved)
                    + counted(", unknown ", unknown)
                    + counted(", untouched ", untouched)
                    + counted(", dead again ", deadAgain)
                    + counted(", without an outcome yet ", withoutOutcome)
                    + counted(", not followed ", notFollowed)
                    + (finished ? "" : ", interrupted")));
    outcomes().ifPresent(out::println);
    out.flush();
  }

  /** How many came to which outcome; empty when they were not followed. */
  private Optional<String> outcomes() {
    Map<String, Long> counts =
        results.stream()
            .filter(replayed -> replayed.outcome() != null)
            .collect(
                Collectors.groupingBy(
                    replayed -> String.valueOf(replayed.outcome()),
                    TreeMap::new,
                    Collectors.counting()));
    String known =
        counts.entrySet().stream()
            .map(outcome -> outcome.getKey() + " " + Text.grouped(outcome.getValue()))
            .collect(Collectors.joining(", "));
    return followed
        ? Optional.of(
            "outcomes: "
                + (known.isEmpty() ? "none" : known)
                + counted(", not yet ", withoutOutcome))
        : Optional.empty();
  }

  private static String counted(String what, long count) {
    return count > 0 ? what + Text.grouped(count) : "";
  }

  private boolean isWorthALine(ReplayResult replayed) {
    return (replayed.fate() != Status.REPLAYED && replayed.fate() != Status.UNTOUCHED)
        || dryRun
        || replayed.outcome() != null
        || replayed.detail() != null
        || isNotFollowed(replayed);
  }

  private List<String> lines(ReplayResult replayed) {
    String order = replayed.letter().orderId();
    String detail = replayed.detail();
    boolean sent = replayed.fate() == Status.REPLAYED || replayed.fate() == Status.CHOSEN;
    String text =
        detail != null && !sent
            ? detail
            : (order == null ? "no order id" : order)
                + (replayed.outcome() == null
                    ? " -> " + replayed.to() + (isNotFollowed(replayed) ? ", not followed" : "")
                    : ": " + replayed.outcome())
                + (detail == null ? "" : ", " + detail);
    String id = replayed.letter().id();
    return Text.wrapBeside(
        "#%-4d %-9s ".formatted(replayed.letter().position(), replayed.fate().wire()),
        Text.printable(text) + (id.isEmpty() ? "" : " [" + id + "]"),
        cli.columns());
  }
}
