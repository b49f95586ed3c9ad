package orderflow.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.command.DeadLetterOptions.Lying;
import orderflow.cli.deadletter.BodyPatch;
import orderflow.cli.deadletter.DeadLetterFile;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
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
import orderflow.cli.options.Count;
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
    header = "Send dead letters back where they came from.",
    description = {
      "",
      "Each is published first, confirmed, and only then removed: whatever is killed",
      "meanwhile, none is lost, and one that comes twice is recognised. What would die",
      "again is refused and stays. Those sent are marked: dlq-inspect shows how often.",
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

  @Mixin private DeadLetterOptions letters = new DeadLetterOptions();

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "Send what dlq-export wrote; no queue is touched.")
  private @Nullable Path from;

  @Option(
      names = "--to",
      paramLabel = "QUEUE",
      completionCandidates = Candidates.Queues.class,
      description = "Send all to this queue instead of where each came from.")
  private @Nullable String to;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many at most, from the head (default: all).")
  private @Nullable Count limit;

  @Option(
      names = "--newest",
      fallbackValue = "true",
      description = "With --limit, the last that came instead of the first; in their order.")
  private boolean newest;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "How many a second (default: ${DEFAULT-VALUE}).",
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
      description = "Open each body in $VISUAL or $EDITOR; one that is changed is sent.")
  private boolean edit;

  @Option(
      names = "--no-check",
      fallbackValue = "true",
      description = "Send what would die again, too.")
  private boolean noCheck;

  @Option(
      names = "--dry-run",
      fallbackValue = "true",
      description = "Say what would be sent, and send nothing.")
  private boolean dryRun;

  @Option(
      names = "--wait",
      fallbackValue = "true",
      description = "Follow each order to its outcome.")
  private boolean follow;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long --wait waits for all of them (default: ${DEFAULT-VALUE}).",
      defaultValue = "30s")
  private Duration timeout = Duration.ofSeconds(30);

  public DlqReplay(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    ReplayOptions instructions = instructions();
    var progress = new Progress(cli, global.quiet());
    var report = new ReplayReport(cli, global, instructions.dryRun(), progress);
    Thread replaying = Thread.currentThread();
    RabbitBroker broker = global.broker("orderflow-dlq-replay").withoutDeclaring();
    // Until there is a connection Ctrl-C ends the process: a handshake cannot be interrupted.
    try (QueueBrowser browser = broker.openBrowser();
        var _ = SignalHandler.onInterrupt(replaying::interrupt)) {
      boolean finished = replay(broker, browser, instructions, report, progress);
      return report.print(finished).code();
    }
  }

  /** Answers whether it came to the end. */
  private boolean replay(
      RabbitBroker broker,
      QueueBrowser browser,
      ReplayOptions instructions,
      ReplayReport report,
      Progress progress)
      throws InterruptedException {
    try {
      if (to != null && browser.depth(to).isEmpty()) {
        throw new CliException(ExitCode.USAGE, "--to: there is no queue " + to);
      }
      Optional<ReplayFollower> follower = follow && !dryRun ? follower(browser) : Optional.empty();
      var replayer = new Replayer(broker, browser, instructions, progress::update);
      if (from != null) {
        report.ended(send(from, replayer, instructions, report));
      } else {
        LiveQueue.refuse(browser, letters.queue(), letters.isForced() || dryRun);
        Lying lying = letters.lying(browser, progress::line);
        letters.checkIds(browser);
        report.begins(letters.queue(), lying.ready());
        report.expects(instructions.most(lying.ready()), instructions.criteria().looksInside());
        if (lying.consumers() > 0 && (dryRun || lying.ready() == 0)) {
          report.hidden(lying.consumers());
        }
        report.ended(replayer.replay(letters.queue(), lying.ready(), report));
      }
      if (follower.isPresent()) {
        report.follow(follower.get(), timeout);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    } catch (MessagingException e) {
      if (report.isEmpty()) {
        throw letters.explained(e);
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

  private Optional<ReplayFollower> follower(QueueBrowser browser) throws InterruptedException {
    return Optional.of(
        new ReplayFollower(
            global.services(),
            browser,
            to != null && Topology.QUEUES.contains(to) ? List.of(to) : Topology.QUEUES));
  }

  private Replayer.Remainder send(
      Path file, Replayer replayer, ReplayOptions instructions, ReplayReport report)
      throws InterruptedException {
    try (RereadableFile spool = RereadableFile.of(file)) {
      long[] count = {0};
      try (DeadLetterFile.Reader lines = DeadLetterFile.open(spool.file())) {
        var ids = new IdCheck(letters.criteria(cli.clock()).ids());
        lines.forEach(line -> { // a damaged line shall be found before the first is sent
          count[0]++;
          ids.see(DeadLetterInfo.of(line.position(), line.letter()));
        });
        ids.requireOneEach(file.toString());
        lines.note().ifPresent(note -> cli.err().println("orderflow: --from: " + note));
      }
      report.expects(instructions.most(count[0]), !instructions.criteria().isAll());
      try (DeadLetterFile.Reader lines = DeadLetterFile.open(spool.file())) {
        return replayer.send(lines.iterator(), count[0], report);
      }
    } catch (IOException | UncheckedIOException e) {
      if (Thread.interrupted()) { // which closes what is being read
        throw new InterruptedException();
      }
      throw new CliException(
          ExitCode.USAGE, "--from: " + file + " cannot be read: " + FileErrors.of(e), e);
    } catch (DeadLetterFile.DamagedLineException e) {
      throw new CliException(ExitCode.USAGE, "--from: " + file + ": " + e.getMessage(), e);
    }
  }

  private ReplayOptions instructions() {
    DeadLetterFilter criteria = letters.criteria(cli.clock());
    if (to != null) {
      DeadLetterOptions.queueName("--to", to);
    }
    if (newest && from != null) {
      throw new CliException(ExitCode.USAGE, "--newest is for a queue; leave --from out");
    }
    if (edit && dryRun) {
      throw new CliException(ExitCode.USAGE, "--edit with --dry-run would change nothing");
    }
    if (edit && !cli.inIsTerminal()) {
      throw new CliException(
          ExitCode.USAGE, "--edit needs a terminal; --set field=text does it without one");
    }
    try {
      return new ReplayOptions(
          criteria,
          limit == null ? Long.MAX_VALUE : limit.value(),
          newest,
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
