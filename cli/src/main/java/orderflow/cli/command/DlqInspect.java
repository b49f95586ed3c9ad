package orderflow.cli.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.command.DeadLetterOptions.Lying;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.deadletter.CauseGroups;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.NewestLetters;
import orderflow.cli.deadletter.SeenDeadLetters;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.OutputFormat;
import orderflow.cli.view.Text;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow dlq-inspect}. */
@Command(
    name = "dlq-inspect",
    mixinStandardHelpOptions = true,
    header = "Look at dead letters; nothing in the queue changes.",
    description = {
      "",
      "Order and count of a classic queue stay as they are; while it looks, other",
      "consumers do not see these messages. A quorum queue counts each look as a",
      "delivery, and may drop what was looked at too often: there it is refused without",
      "--force.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow dlq-inspect",
      "  orderflow dlq-inspect --queue inventory_reserved_dlq -o ndjson",
      "  orderflow dlq-inspect --group",
      "  orderflow dlq-inspect --reason malformed --since 1h -v",
    })
public final class DlqInspect implements Callable<Integer> {
  private static final int MAX_LIMIT = 10_000;
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);
  private static final Duration FOLLOW_PAUSE = Duration.ofSeconds(1);

  /** While it looks nobody else sees the letters, so a look that takes long is a rare one. */
  private static final int PAUSES_A_LOOK = 9;

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private DeadLetterOptions letters = new DeadLetterOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many at most, from the head (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int limit = 100;

  @Option(
      names = "--newest",
      fallbackValue = "true",
      description = "The last that came, newest first.")
  private boolean newest;

  @Option(
      names = "--group",
      fallbackValue = "true",
      description = "How many there are of each cause: reason, and detail without ids and numbers.")
  private boolean group;

  @Option(
      names = "--follow",
      fallbackValue = "true",
      description = "Go on and show new ones as they come, until Ctrl-C.")
  private boolean follow;

  public DlqInspect(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new CliException(ExitCode.USAGE, "--limit is from 1 to " + MAX_LIMIT);
    }
    if (follow && group) {
      throw new CliException(ExitCode.USAGE, "--group counts what is there; leave --follow out");
    }
    if (newest && (follow || group)) {
      throw new CliException(
          ExitCode.USAGE, "--newest shows single letters once; leave --follow and --group out");
    }
    if (follow && global.output() == OutputFormat.JSON) {
      throw new CliException(
          ExitCode.USAGE,
          "what --follow shows has no end, so it is no one document; use -o ndjson");
    }
    DeadLetterFilter criteria = letters.criteria(cli.clock());
    try (QueueBrowser browser = global.broker("orderflow-dlq-inspect").openBrowser()) {
      Lying lying = letters.lying(browser, this::say, this::warn);
      letters.checkIds(browser);
      if (group) {
        return printGroups(browser, criteria, lying).code();
      }
      ExitCode end = ExitCode.DONE;
      try (var printer = new DeadLetterPrinter(cli, global, letters.queue())) {
        if (follow) {
          follow(browser, criteria, lying.ready(), printer);
        } else {
          end =
              newest
                  ? lookAtNewest(browser, criteria, lying, printer)
                  : look(browser, criteria, lying, printer);
        }
      }
      if (!follow && !global.quiet()) {
        hintAtOthers(browser);
      }
      return end.code();
    } catch (MessagingException e) {
      throw letters.explained(e);
    }
  }

  private ExitCode look(
      QueueBrowser browser, DeadLetterFilter criteria, Lying lying, DeadLetterPrinter printer)
      throws InterruptedException {
    int[] position = {0};
    int[] shown = {0};
    boolean[] enough = {false};
    printer.begin(lying.ready());
    Optional<MessagingException> fault = Optional.empty();
    try {
      browser.visit(
          letters.queue(),
          criteria.reach(limit),
          LOOK_LIMIT,
          letter -> {
            var view = DeadLetterInfo.of(++position[0], letter);
            if (criteria.isMet(view)) {
              shown[0]++;
              printer.show(view, letter);
            }
            enough[0] = shown[0] >= limit || position[0] >= criteria.lastPosition() || !isHeard();
            return !enough[0];
          });
    } catch (MessagingException e) {
      if (shown[0] == 0) {
        throw e;
      }
      fault = Optional.of(e);
    }
    printer.end();
    if (fault.isPresent()) {
      warn("orderflow: " + fault.get().detail() + "; what is shown came before that");
      return ExitCode.PARTIAL;
    }
    long expected = enough[0] ? 0 : Math.min(lying.ready(), criteria.reach(limit));
    return letters.sawAll(lying, expected, position[0], this::warn);
  }

  /** The last are known only once all were seen, so it keeps as many as it may show. */
  private ExitCode lookAtNewest(
      QueueBrowser browser, DeadLetterFilter criteria, Lying lying, DeadLetterPrinter printer)
      throws InterruptedException {
    var kept = new NewestLetters(limit);
    int[] position = {0};
    printer.begin(lying.ready());
    browser.visit(
        letters.queue(),
        criteria.lastPosition(),
        LOOK_LIMIT,
        letter -> {
          var view = DeadLetterInfo.of(++position[0], letter);
          if (criteria.isMet(view)) {
            kept.add(view, letter);
          }
          return position[0] < criteria.lastPosition();
        });
    kept.forEach(printer::show);
    printer.end();
    if (kept.isCut()) {
      warn("note: only the newest %,d fit into memory at once".formatted(kept.size()));
    }
    long expected = Math.min(lying.ready(), criteria.lastPosition());
    return letters.sawAll(lying, expected, position[0], this::warn);
  }

  /**
   * Depths do not tell whether there are new letters: one may come as another goes. Where a look
   * costs something it looks only when the depth is another one.
   */
  private void follow(
      QueueBrowser browser, DeadLetterFilter criteria, long before, DeadLetterPrinter printer)
      throws InterruptedException {
    boolean costs = BrowseSafety.of(browser, letters.queue()).level() != BrowseSafety.Level.NONE;
    var known = new SeenDeadLetters();
    long depth = before;
    Duration took = lookForNew(browser, criteria, depth, limit, known, printer);
    if (depth > SeenDeadLetters.MOST_A_LOOK) {
      warn(
          "note: what lies behind the first %,d is not followed"
              .formatted(SeenDeadLetters.MOST_A_LOOK));
    }
    while (isHeard()) {
      Thread.sleep(FOLLOW_PAUSE.plus(took.multipliedBy(PAUSES_A_LOOK)));
      long now = browser.depth(letters.queue()).orElse(0);
      if (now > 0 && !(costs && now == depth)) {
        took = lookForNew(browser, criteria, now, Integer.MAX_VALUE, known, printer);
      }
      depth = now;
    }
  }

  /** Shows at most {@code most} of what is new, and answers how long it took. */
  private Duration lookForNew(
      QueueBrowser browser,
      DeadLetterFilter criteria,
      long depth,
      int most,
      SeenDeadLetters known,
      DeadLetterPrinter printer)
      throws InterruptedException {
    long start = System.nanoTime();
    int[] position = {0};
    int[] shown = {0};
    printer.begin(depth);
    known.begin();
    browser.visit(
        letters.queue(),
        SeenDeadLetters.MOST_A_LOOK,
        LOOK_LIMIT,
        letter -> {
          position[0]++;
          if (known.isNew(letter) && shown[0] < most) {
            var view = DeadLetterInfo.of(position[0], letter);
            if (criteria.isMet(view)) {
              shown[0]++;
              printer.show(view, letter);
            }
          }
          return isHeard();
        });
    printer.end();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Whether somebody reads what it prints. */
  private boolean isHeard() {
    return !cli.out().checkError();
  }

  private ExitCode printGroups(QueueBrowser browser, DeadLetterFilter criteria, Lying lying)
      throws InterruptedException {
    var groups = new CauseGroups();
    int[] position = {0};
    long seen =
        browser.visit(
            letters.queue(),
            criteria.lastPosition(),
            LOOK_LIMIT,
            letter -> {
              var view = DeadLetterInfo.of(++position[0], letter);
              if (criteria.isMet(view)) {
                groups.add(view);
              }
              return position[0] < criteria.lastPosition();
            });
    boolean forPeople = global.output().isHumanReadable();
    global
        .output()
        .printAll(cli, forPeople ? groups.rowsForPeople(cli.clock().instant()) : groups.rows());
    long expected = Math.min(lying.ready(), criteria.lastPosition());
    return letters.sawAll(lying, expected, seen, this::warn);
  }

  private void say(String line) {
    if (!global.quiet()) {
      warn(line);
    }
  }

  private void warn(String line) {
    cli.err().println(Text.printable(line));
    cli.err().flush();
  }

  private void hintAtOthers(QueueBrowser browser) {
    for (String source : Topology.QUEUES) {
      String other = Topology.deadLetterQueue(source);
      long depth = other.equals(letters.queue()) ? 0 : browser.depth(other).orElse(0);
      if (depth > 0) {
        cli.err().println("also: " + Text.grouped(depth) + " in " + other);
      }
    }
    cli.err().flush();
  }
}
