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
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.EnvironmentSource;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.report.ProgressView;
import orderflow.cli.prove.report.RunConditions;
import orderflow.cli.prove.report.TextReport;
import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.ScenarioListener;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.ScenarioRunner;
import orderflow.cli.view.Progress;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/** Plays scenarios and reports on them, also when they do not come to their end. */
final class ScenarioRun {
  /** Of a flow that did not start. */
  private static final String UNKNOWN = "unknown, it did not start";

  private final CliContext cli;
  private final GlobalOptions global;
  private final ReportOptions reports;
  private final long seed;
  private final List<String> arguments;
  private final List<ScenarioResult> verdicts = new ArrayList<>();
  private String broker = UNKNOWN;
  private String description = UNKNOWN;

  /** Makes the source of the stages, which says what it does. */
  @FunctionalInterface
  interface EnvironmentFactory {
    EnvironmentSource open(Consumer<String> saying);
  }

  /**
   * @param seed what chances were drawn from
   * @param arguments the command line
   */
  ScenarioRun(
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
  int run(List<Scenario> scenarios, EnvironmentFactory setting) throws InterruptedException {
    reports.requireWritable();
    var progress = new Progress(cli, global.quiet());
    Thread playing = Thread.currentThread();
    try (var _ = SignalHandler.onInterrupt(playing::interrupt)) {
      boolean finished;
      try {
        finished = run(scenarios, setting, progress);
      } catch (RuntimeException | Error e) {
        report(progress, verdicts.stream().anyMatch(ScenarioResult::wasStarted));
        throw e;
      }
      if (!finished) {
        progress.line("interrupted; what was played until then:");
      }
      report(progress, true);
      return (!finished
              ? ExitCode.INTERRUPTED
              : ScenarioResult.overall(verdicts) == Verdict.PASS ? ExitCode.DONE : ExitCode.FAILED)
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
        RunConditions.of(broker, description, seed, arguments, cli.clock().instant()),
        progress::line);
  }

  /** Answers whether it came to the end. */
  private boolean run(List<Scenario> scenarios, EnvironmentFactory setting, Progress progress) {
    boolean live = cli.errIsTerminal() && reports.isLive() && !global.quiet();
    try (ProgressView play =
        ProgressView.open(progress, cli.err(), live, global.coloredProgress(cli))) {
      play.message("seed " + seed);
      try (EnvironmentSource stages = new Described(setting, play)) {
        new ScenarioRunner(scenarios, stages, play, verdicts::add).run();
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Tells of each new stage what it is, and remembers it for the reports. */
  private final class Described implements EnvironmentSource {
    private final EnvironmentFactory setting;
    private final ScenarioListener observer;
    private @Nullable EnvironmentSource source;
    private @Nullable TestEnvironment last;

    Described(EnvironmentFactory setting, ScenarioListener observer) {
      this.setting = setting;
      this.observer = observer;
    }

    @Override
    public TestEnvironment environment() throws InterruptedException {
      if (source == null) { // what is wrong with it belongs to the first scenario
        source = setting.open(observer::message);
      }
      TestEnvironment stage = source.environment();
      if (!stage.equals(last)) {
        last = stage;
        description = stage.description();
        observer.message(description);
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

  private static String brokerVersion(TestEnvironment stage) {
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      return browser.brokerVersion();
    }
  }

  private void print() {
    if (global.output().isHumanReadable()) {
      new TextReport(cli.out(), global.coloredResults(cli), cli.columns()).print(verdicts);
    } else {
      global.output().printOne(cli, TextReport.toJson(verdicts));
    }
    cli.out().flush();
  }
}
