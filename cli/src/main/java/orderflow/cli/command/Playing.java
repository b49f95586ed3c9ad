package orderflow.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.report.Conditions;
import orderflow.cli.report.Play;
import orderflow.cli.report.Summary;
import orderflow.cli.scenario.Observer;
import orderflow.cli.scenario.Program;
import orderflow.cli.scenario.Scenario;
import orderflow.cli.scenario.Stage;
import orderflow.cli.scenario.StageSource;
import orderflow.cli.scenario.Verdict;
import orderflow.cli.view.Progress;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/** Plays scenarios and reports on them, also when they do not come to their end. */
final class Playing {
  /** Of a flow that did not start. */
  private static final String UNKNOWN = "unknown, it did not start";

  private final CliContext cli;
  private final GlobalOptions global;
  private final ReportOptions reports;
  private final long seed;
  private final List<String> arguments;
  private final List<Verdict> verdicts = new ArrayList<>();
  private String broker = UNKNOWN;
  private String description = UNKNOWN;

  /** Makes the source of the stages, which says what it does. */
  @FunctionalInterface
  interface StageSetting {
    StageSource open(Consumer<String> saying);
  }

  /**
   * @param seed what chances were drawn from
   * @param arguments the command line
   */
  Playing(
      CliContext cli,
      GlobalOptions global,
      ReportOptions reports,
      long seed,
      List<String> arguments) {
    this.cli = cli;
    this.global = global;
    this.reports = reports;
    this.seed = seed;
    this.arguments = arguments;
  }

  /** Answers the exit code. Whatever happens, the files that were asked for are written. */
  int play(List<Scenario> scenarios, StageSetting setting) throws InterruptedException {
    reports.requireWritable();
    var progress = new Progress(cli, global.quiet());
    Thread playing = Thread.currentThread();
    try (var _ = SignalHandler.onInterrupt(playing::interrupt)) {
      boolean finished;
      try {
        finished = play(scenarios, setting, progress);
      } catch (RuntimeException | Error e) {
        report(progress, verdicts.stream().anyMatch(Verdict::wasPlayed));
        throw e;
      }
      if (!finished) {
        progress.line("interrupted; what was played until then:");
      }
      report(progress, true);
      return (!finished
              ? ExitCode.INTERRUPTED
              : Verdict.overall(verdicts) == Verdict.Outcome.PASS ? ExitCode.DONE : ExitCode.FAILED)
          .code();
    }
  }

  /**
   * @param forPeople whether there is something to show to people
   */
  private void report(Progress progress, boolean forPeople) {
    if (forPeople || !global.output().isHumanReadable()) {
      print();
    }
    reports.write(
        verdicts,
        Conditions.of(broker, description, seed, arguments, cli.clock().instant()),
        progress::line);
  }

  /** Answers whether it came to the end. */
  private boolean play(List<Scenario> scenarios, StageSetting setting, Progress progress) {
    boolean live = cli.errIsTerminal() && reports.isLive() && !global.quiet();
    try (Play play = Play.open(progress, cli.err(), live, global.coloredProgress(cli))) {
      play.say("seed " + seed);
      try (StageSource stages = new Described(setting, play)) {
        new Program(scenarios, stages, play, verdicts::add).play();
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Tells of each new stage what it is, and remembers it for the reports. */
  private final class Described implements StageSource {
    private final StageSetting setting;
    private final Observer observer;
    private @Nullable StageSource source;
    private @Nullable Stage last;

    Described(StageSetting setting, Observer observer) {
      this.setting = setting;
      this.observer = observer;
    }

    @Override
    public Stage stage() throws InterruptedException {
      if (source == null) { // what is wrong with it belongs to the first scenario
        source = setting.open(observer::say);
      }
      Stage stage = source.stage();
      if (!stage.equals(last)) {
        last = stage;
        description = stage.description();
        observer.say(description);
        broker = brokerVersion(stage);
      }
      return stage;
    }

    @Override
    public Optional<Path> discard() {
      return source == null ? Optional.empty() : source.discard();
    }

    @Override
    public void close() {
      if (source != null) {
        source.close();
      }
    }
  }

  private static String brokerVersion(Stage stage) {
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      return browser.brokerVersion();
    }
  }

  private void print() {
    if (global.output().isHumanReadable()) {
      new Summary(cli.out(), global.coloredResults(cli), cli.columns()).print(verdicts);
    } else {
      global.output().printOne(cli, Summary.toJson(verdicts));
    }
    cli.out().flush();
  }
}
