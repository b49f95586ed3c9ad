package orderflow.cli.command;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.deadletter.CauseGroups;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.DeadLetterQueue;
import orderflow.cli.deadletter.DeadLetterQueue.Browse;
import orderflow.cli.deadletter.DeadLetterQueue.Selected;
import orderflow.cli.deadletter.DeadLetterQueue.Selection;
import orderflow.cli.deadletter.SeenDeadLetters;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.OutputFormat;
import orderflow.cli.view.Text;
import orderflow.messaging.Delivery;
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
    header = "Show dead letters; nothing in the queue changes.",
    description = {
      "",
      "Browsing keeps order and count of a classic queue; meanwhile other consumers do",
      "not see these messages. A quorum queue counts each browse as a delivery, and may",
      "drop messages beyond its delivery limit: there it needs --force.",
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
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FOLLOW_PAUSE = Duration.ofSeconds(1);

  /** Other clients do not see the messages during a browse, so long ones are rare. */
  private static final int PAUSES_A_BROWSE = 9;

  private static final long MOST_BYTES_OF_NEWEST = 32L * 1024 * 1024;

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private DeadLetterOptions selection = new DeadLetterOptions();

  @Option(
      names = "--group",
      fallbackValue = "true",
      description = "Count messages by cause: reason, and detail without ids and numbers.")
  private boolean group;

  @Option(
      names = "--follow",
      fallbackValue = "true",
      description = "Show new messages as they arrive, until Ctrl-C.")
  private boolean follow;

  public DlqInspect(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeadLetterFilter filter = checkedFilter();
    var stderr = new Stderr(cli, global.quiet());
    try (QueueBrowser browser = global.broker("orderflow-dlq-inspect").openBrowser()) {
      DeadLetterQueue queue = selection.open(browser, global, stderr::note, stderr::incomplete);
      if (group) {
        return printGroups(queue, filter, stderr).code();
      }
      ExitCode end = ExitCode.DONE;
      try (var printer = new DeadLetterPrinter(cli, global, queue.name())) {
        if (follow) {
          follow(browser, queue, filter, printer, stderr);
        } else {
          end =
              filter.newest()
                  ? showNewest(queue, filter, printer, stderr)
                  : show(queue, filter, printer, stderr);
        }
      }
      if (!follow) {
        noteOtherQueues(browser, stderr);
      }
      return end.code();
    } catch (MessagingException e) {
      throw DeadLetterQueue.explained(selection.queue(), e);
    }
  }

  private DeadLetterFilter checkedFilter() {
    DeadLetterFilter filter = selection.filter(cli.clock(), group ? Long.MAX_VALUE : DEFAULT_LIMIT);
    boolean unlimited = group && filter.limit() == Long.MAX_VALUE;
    if (filter.limit() < 1 || (filter.limit() > MAX_LIMIT && !unlimited)) {
      throw new CliException(ExitCode.USAGE, "--limit: expected 1 to " + MAX_LIMIT);
    }
    if (follow && group) {
      throw new CliException(
          ExitCode.USAGE, "--group counts the messages in the queue; leave out --follow");
    }
    if (filter.newest() && (follow || group)) {
      throw new CliException(
          ExitCode.USAGE, "--newest shows single messages once; leave out --follow and --group");
    }
    if (follow && global.output() == OutputFormat.JSON) {
      throw new CliException(ExitCode.USAGE, "--follow requires -o ndjson");
    }
    return filter;
  }

  private ExitCode show(
      DeadLetterQueue queue, DeadLetterFilter filter, DeadLetterPrinter printer, Stderr stderr)
      throws InterruptedException {
    boolean[] shown = {false};
    printer.begin(queue.ready());
    try {
      Browse browse =
          queue.browse(
              filter,
              (info, message) -> {
                shown[0] = true;
                printer.show(info, message);
                return hasReader();
              });
      printer.end();
      return queue.exitCode(browse, stderr::warn);
    } catch (MessagingException e) {
      if (!shown[0]) {
        throw e;
      }
      printer.end();
      stderr.warn("orderflow: " + e.detail() + "; the messages above were read before the error");
      return ExitCode.PARTIAL;
    }
  }

  private ExitCode showNewest(
      DeadLetterQueue queue, DeadLetterFilter filter, DeadLetterPrinter printer, Stderr stderr)
      throws InterruptedException {
    printer.begin(queue.ready());
    Selection newest = queue.select(filter, MOST_BYTES_OF_NEWEST);
    for (Selected selected : newest.messages().reversed()) {
      Delivery message = Objects.requireNonNull(selected.message());
      printer.show(DeadLetterInfo.of(selected.info().position(), message), message);
    }
    printer.end();
    if (newest.isCut()) {
      stderr.warn(
          "note: only the newest %,d fit into memory at once".formatted(newest.messages().size()));
    }
    return queue.exitCode(newest.browse(), stderr::warn);
  }

  /**
   * Depths do not show whether there are new messages: one may come as another goes. Where a browse
   * is counted it browses only when the depth changes.
   */
  private void follow(
      QueueBrowser browser,
      DeadLetterQueue queue,
      DeadLetterFilter filter,
      DeadLetterPrinter printer,
      Stderr stderr)
      throws InterruptedException {
    boolean isCounted = BrowseSafety.of(browser, queue.name()).level() != BrowseSafety.Level.NONE;
    var known = new SeenDeadLetters();
    long depth = queue.ready();
    Duration took = showNew(browser, filter, depth, filter.limit(), known, printer);
    if (depth > SeenDeadLetters.MOST_A_BROWSE) {
      stderr.warn(
          "note: only the first %,d messages are followed"
              .formatted(SeenDeadLetters.MOST_A_BROWSE));
    }
    while (hasReader()) {
      Thread.sleep(FOLLOW_PAUSE.plus(took.multipliedBy(PAUSES_A_BROWSE)));
      long now = browser.depth(queue.name()).orElse(0);
      if (now > 0 && !(isCounted && now == depth)) {
        took = showNew(browser, filter, now, Long.MAX_VALUE, known, printer);
      }
      depth = now;
    }
  }

  /** Shows at most {@code most} new messages, and returns the time it took. */
  private Duration showNew(
      QueueBrowser browser,
      DeadLetterFilter filter,
      long depth,
      long most,
      SeenDeadLetters known,
      DeadLetterPrinter printer)
      throws InterruptedException {
    long start = System.nanoTime();
    int[] position = {0};
    long[] shown = {0};
    printer.begin(depth);
    known.begin();
    browser.visit(
        selection.queue(),
        SeenDeadLetters.MOST_A_BROWSE,
        PATIENCE,
        message -> {
          position[0]++;
          if (known.isNew(message) && shown[0] < most) {
            var info = DeadLetterInfo.of(position[0], message);
            if (filter.matches(info)) {
              shown[0]++;
              printer.show(info, message);
            }
          }
          return hasReader();
        });
    printer.end();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private boolean hasReader() {
    return !cli.out().checkError();
  }

  private ExitCode printGroups(DeadLetterQueue queue, DeadLetterFilter filter, Stderr stderr)
      throws InterruptedException {
    var groups = new CauseGroups();
    Browse browse =
        queue.browse(
            filter,
            (info, _) -> {
              groups.add(info);
              return true;
            });
    List<Map<String, Object>> rows =
        global.output().isHumanReadable() ? groups.tableRows(cli.clock().instant()) : groups.rows();
    global.output().printAll(cli, rows);
    return queue.exitCode(browse, stderr::warn);
  }

  private void noteOtherQueues(QueueBrowser browser, Stderr stderr) {
    for (String source : Topology.QUEUES) {
      String other = Topology.deadLetterQueue(source);
      long depth = other.equals(selection.queue()) ? 0 : browser.depth(other).orElse(0);
      if (depth > 0) {
        stderr.note("also: " + Text.grouped(depth) + " in " + other);
      }
    }
  }
}
