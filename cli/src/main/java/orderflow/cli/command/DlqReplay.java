package orderflow.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.deadletter.BodyPatch;
import orderflow.cli.deadletter.DeadLetterFile;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.DeadLetterQueue;
import orderflow.cli.deadletter.Editor;
import orderflow.cli.deadletter.IdCheck;
import orderflow.cli.deadletter.ReplayOptions;
import orderflow.cli.deadletter.Replayer;
import orderflow.cli.deadletter.RereadableFile;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.load.Rate;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Progress;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow dlq-replay}. */
@Command(
    name = "dlq-replay",
    mixinStandardHelpOptions = true,
    header = "Send dead letters back to where they came from.",
    description = {
      "",
      "Publishes each message, waits for the confirm, and only then removes it. Safe to",
      "interrupt: no message is lost, duplicates are ignored. Messages that would be",
      "dead-lettered again are refused and stay. dlq-inspect shows how often a message",
      "was replayed.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow dlq-replay --dry-run",
      "  orderflow dlq-replay --reason processing --rate 50",
      "  orderflow dlq-replay --position 3 --set qty:=2 --wait",
      "  orderflow dlq-replay --position 3 --edit",
      "  orderflow dlq-replay --from letters.ndjson",
    })
public final class DlqReplay implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private DeadLetterOptions selection = new DeadLetterOptions();

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "Send the messages of an export; no queue is touched.")
  private @Nullable Path from;

  @Option(
      names = "--to",
      paramLabel = "QUEUE",
      completionCandidates = CompletionCandidates.Queues.class,
      description = "Send all to this queue instead of their origins.")
  private @Nullable String to;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "Messages per second (default: ${DEFAULT-VALUE}).",
      defaultValue = "max")
  private Rate rate = Rate.MAX;

  @Option(
      names = "--set",
      paramLabel = "FIELD=TEXT",
      description = "Set a field of the body, as text or, with :=, as JSON; may be repeated.")
  private List<String> settings = List.of();

  @Option(
      names = "--edit",
      fallbackValue = "true",
      description = "Open each body in $VISUAL or $EDITOR; only changed messages are sent.")
  private boolean edit;

  @Option(
      names = "--no-check",
      fallbackValue = "true",
      description = "Also send messages that would be dead-lettered again.")
  private boolean noCheck;

  @Option(
      names = "--dry-run",
      fallbackValue = "true",
      description = "Report what would be sent; send nothing.")
  private boolean dryRun;

  @Option(
      names = "--wait",
      fallbackValue = "true",
      description = "Follow each order to its outcome.")
  private boolean follow;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Time limit of --wait for all orders (default: ${DEFAULT-VALUE}).",
      defaultValue = "30s")
  private Duration timeout = Duration.ofSeconds(30);

  public DlqReplay(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    ReplayOptions options = options();
    var progress = new Progress(cli, global.quiet(), Stderr.PROGRESS_PAUSE);
    var report = new ReplayReport(cli, global, options.dryRun(), progress);
    Thread replaying = Thread.currentThread();
    RabbitBroker broker = global.broker("orderflow-dlq-replay").withoutDeclaring();
    // Until it is connected Ctrl-C ends the process: a handshake cannot be interrupted.
    try (QueueBrowser browser = broker.openBrowser();
        var _ = SignalHandler.onInterrupt(replaying::interrupt)) {
      boolean finished = replay(broker, browser, options, report, progress);
      return report.print(finished).code();
    }
  }

  /** Returns false after an interrupt. */
  private boolean replay(
      RabbitBroker broker,
      QueueBrowser browser,
      ReplayOptions options,
      ReplayReport report,
      Progress progress)
      throws InterruptedException {
    try (ReplayFollower follower = follow && !dryRun ? follower(browser) : null) {
      if (to != null && browser.depth(to).isEmpty()) {
        throw new CliException(ExitCode.USAGE, "--to: there is no queue " + to);
      }
      var replayer = new Replayer(broker, browser, options, progress::update);
      if (from != null) {
        report.ended(send(from, replayer, options, report));
      } else {
        selection.requireNotInUse(browser, dryRun);
        DeadLetterQueue queue = selection.open(browser, global, progress::line, report::incomplete);
        report.begins(
            queue.name(),
            queue.ready(),
            options.filter().most(queue.ready()),
            options.filter().readsContent());
        report.ended(replayer.replay(queue, report));
      }
      if (follower != null) {
        report.follow(follower, timeout);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    } catch (MessagingException e) {
      if (report.isEmpty()) {
        throw DeadLetterQueue.explained(selection.queue(), e);
      }
      report.brokeOff(e.detail());
      return true;
    } catch (CliException e) {
      if (report.isEmpty()) {
        throw e;
      }
      report.brokeOff(String.valueOf(e.getMessage()));
      return true;
    }
  }

  private ReplayFollower follower(QueueBrowser browser) throws InterruptedException {
    return new ReplayFollower(
        global.services(),
        browser,
        to != null && Topology.QUEUES.contains(to) ? List.of(to) : Topology.QUEUES);
  }

  private Replayer.Remainder send(
      Path file, Replayer replayer, ReplayOptions options, ReplayReport report)
      throws InterruptedException {
    try (RereadableFile readable = RereadableFile.of(file)) {
      long count = 0;
      try (DeadLetterFile.Reader lines = DeadLetterFile.open(readable.file())) {
        var ids = new IdCheck(options.filter().ids());
        for (; lines.hasNext(); count++) { // finds a damaged line before the first is sent
          DeadLetterFile.Line line = lines.next();
          ids.see(DeadLetterInfo.of(line.position(), line.message()));
        }
        ids.requireOneEach(file.toString());
        lines.note().ifPresent(note -> cli.err().println("orderflow: --from: " + note));
      }
      report.expects(options.filter().most(count), !options.filter().selectsAll());
      try (DeadLetterFile.Reader lines = DeadLetterFile.open(readable.file())) {
        return replayer.send(lines, count, report);
      }
    } catch (IOException | UncheckedIOException e) {
      if (Thread.interrupted()) { // which closes the file
        throw new InterruptedException();
      }
      throw new CliException(
          ExitCode.USAGE, "--from: " + file + " cannot be read: " + FileErrors.of(e), e);
    } catch (DeadLetterFile.DamagedLineException e) {
      throw new CliException(ExitCode.USAGE, "--from: " + file + ": " + e.getMessage(), e);
    }
  }

  private ReplayOptions options() {
    DeadLetterFilter filter = selection.filter(cli.clock());
    if (to != null) {
      DeadLetterOptions.queueName("--to", to);
    }
    if (filter.newest() && from != null) {
      throw new CliException(ExitCode.USAGE, "--newest applies to a queue; leave out --from");
    }
    if (edit && dryRun) {
      throw new CliException(ExitCode.USAGE, "--edit with --dry-run would change nothing");
    }
    if (edit && !cli.inIsTerminal()) {
      throw new CliException(
          ExitCode.USAGE, "--edit requires a terminal; use --set field=text without one");
    }
    try {
      return new ReplayOptions(
          filter,
          rate,
          to,
          BodyPatch.parse(settings),
          edit ? Optional.of(Editor.of(cli.environment())) : Optional.empty(),
          !noCheck,
          dryRun);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "--set: " + e.getMessage(), e);
    }
  }
}
