package orderflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.EnvironmentSource;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.report.ProgressView;
import orderflow.cli.prove.report.RunConditions;
import orderflow.cli.prove.report.TextReport;
import orderflow.cli.prove.scenario.JudgedHistory;
import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.ScenarioRunner;
import orderflow.cli.prove.schedule.FaultSchedule;
import orderflow.cli.prove.schedule.FaultSchedule.Entry;
import orderflow.cli.prove.schedule.ScheduleShortener;
import orderflow.cli.prove.schedule.ScheduleShortener.Shortened;
import orderflow.cli.prove.soak.SoakRecorder;
import orderflow.cli.view.Progress;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Runs scenarios and writes the reports, also after an error or an interrupt. */
final class ScenarioRun {
  /** The most runs of a scenario that is made shorter. */
  private static final int MOST_RUNS = 20;

  private static final String UNKNOWN = "unknown, it did not start";

  private final CliContext cli;
  private final GlobalOptions global;
  private final ReportOptions reports;
  private final long seed;
  private final List<String> arguments;
  private final List<ScenarioResult> results = new ArrayList<>();
  private int trials;
  private @Nullable SoakRecorder soak;
  private String broker = UNKNOWN;
  private String description = UNKNOWN;

  /**
   * @param seed of all random choices
   * @param spec of the command, for its arguments
   */
  ScenarioRun(
      CliContext cli, GlobalOptions global, ReportOptions reports, long seed, CommandSpec spec) {
    this.cli = cli;
    this.global = global;
    this.reports = reports;
    this.seed = seed;
    this.arguments = spec.root().commandLine().getParseResult().originalArgs();
  }

  /** Judges what grows from scenario to scenario, too. */
  ScenarioRun asSoak() {
    soak = new SoakRecorder();
    return this;
  }

  /**
   * Returns the exit code.
   *
   * @param shorten whether the only scenario, when it fails, is run again with fewer faults
   * @param environments creates the environments; its argument shows the user a line
   */
  int run(
      List<Scenario> scenarios,
      boolean shorten,
      Function<Consumer<String>, EnvironmentSource> environments)
      throws InterruptedException {
    reports.requireWritable();
    var progress = new Progress(cli, global.quiet());
    Thread running = Thread.currentThread();
    try (var _ = SignalHandler.onInterrupt(running::interrupt)) {
      boolean finished;
      try {
        finished = run(scenarios, environments, progress, results);
        if (finished && shorten && results.getFirst().verdict() == Verdict.FAIL) {
          finished = shorten(scenarios.getFirst(), environments, progress);
        }
      } catch (RuntimeException | Error e) {
        report(progress, results.stream().anyMatch(ScenarioResult::wasStarted));
        throw e;
      }
      if (!finished) {
        progress.line("interrupted; results until then:");
      }
      report(progress, true);
      ExitCode code =
          ScenarioResult.overall(results) == Verdict.PASS ? ExitCode.DONE : ExitCode.FAILED;
      return (finished ? code : ExitCode.INTERRUPTED).code();
    }
  }

  /**
   * Judges the histories of an earlier run; returns the exit code.
   *
   * @throws CliException when {@code folder} has none, or one cannot be read
   */
  int judge(Path folder) {
    reports.requireWritable();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".ndjson")).sorted().toList();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "--judge: %s: %s".formatted(folder, FileErrors.of(e)), e);
    }
    if (files.isEmpty()) {
      throw new CliException(ExitCode.USAGE, "--judge: no history (*.ndjson) is in " + folder);
    }
    broker = "not asked";
    description = "histories in " + folder;
    files.forEach(file -> results.add(JudgedHistory.result(file)));
    report(new Progress(cli, global.quiet()), true);
    return (ScenarioResult.overall(results) == Verdict.PASS ? ExitCode.DONE : ExitCode.FAILED)
        .code();
  }

  /** Returns false after an interrupt. */
  private boolean shorten(
      Scenario scenario,
      Function<Consumer<String>, EnvironmentSource> environments,
      Progress progress) {
    List<Entry> all = scenario.schedule().orElseThrow().entries();
    var shortener =
        new ScheduleShortener<Entry>(
            MOST_RUNS,
            some -> {
              var schedule = new FaultSchedule(some);
              List<ScenarioResult> trial = new ArrayList<>();
              Scenario fewer = scenario.withSchedule(schedule, ++trials);
              if (!run(List.of(fewer), environments, progress, trial)) {
                throw new InterruptedException();
              }
              Verdict verdict = trial.getFirst().verdict();
              progress.line(
                  "run %d of at most %d, %d of %d faults: %s  %s"
                      .formatted(trials, MOST_RUNS, some.size(), all.size(), verdict, schedule));
              return verdict == Verdict.FAIL;
            });
    try {
      Shortened<Entry> shortened = shortener.shorten(all);
      results.set(
          0,
          results
              .getFirst()
              .withRemark(
                  "fails with %d of %d faults%s, after %d runs: --schedule '%s'"
                      .formatted(
                          shortened.steps().size(),
                          all.size(),
                          shortened.isMinimal() ? ", and with none of them left out" : "",
                          shortened.runs(),
                          new FaultSchedule(shortened.steps()))));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Returns false after an interrupt. */
  private boolean run(
      List<Scenario> scenarios,
      Function<Consumer<String>, EnvironmentSource> environments,
      Progress progress,
      List<ScenarioResult> into) {
    boolean live = cli.errIsTerminal() && reports.isLive() && !global.quiet();
    try (ProgressView view =
        ProgressView.open(progress, cli.err(), live, global.coloredProgress(cli))) {
      view.message("seed " + seed);
      new ScenarioRunner(
              scenarios,
              () -> environments.apply(view::message),
              environment -> describe(environment, view),
              view,
              reports.histories(cli.clock()),
              result -> into.add(soak == null ? result : soak.ended(result)))
          .run();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void describe(TestEnvironment environment, ProgressView view) {
    if (soak != null) {
      soak.started(environment);
    }
    description = environment.description();
    view.message(description);
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      broker = browser.brokerVersion();
    }
  }

  /**
   * @param hasResults whether there is something to print for humans
   */
  private void report(Progress progress, boolean hasResults) {
    if (soak != null) {
      results.add(soak.result());
    }
    if (!global.output().isHumanReadable()) {
      global.output().printOne(cli, TextReport.toJson(results));
    } else if (hasResults) {
      var text = new TextReport(cli.out(), global.coloredResults(cli), cli.columns());
      text.print(results);
      reports.comparison().ifPresent(comparison -> text.print(results, comparison));
    }
    cli.out().flush();
    reports.write(
        results,
        RunConditions.of(broker, description, seed, arguments, cli.clock().instant()),
        progress::line);
  }
}
