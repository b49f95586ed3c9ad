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
import orderflow.cli.view.Progress;
import orderflow.messaging.QueueBrowser;
import picocli.CommandLine.Model.CommandSpec;

/** Runs scenarios and writes the reports, also after an error or an interrupt. */
final class ScenarioRun {
  private static final String UNKNOWN = "unknown, it did not start";

  private final CliContext cli;
  private final GlobalOptions global;
  private final ReportOptions reports;
  private final long seed;
  private final List<String> arguments;
  private final List<ScenarioResult> results = new ArrayList<>();
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

  /**
   * Returns the exit code.
   *
   * @param environments creates the environments; its argument shows the user a line
   */
  int run(List<Scenario> scenarios, Function<Consumer<String>, EnvironmentSource> environments)
      throws InterruptedException {
    reports.requireWritable();
    var progress = new Progress(cli, global.quiet());
    Thread running = Thread.currentThread();
    try (var _ = SignalHandler.onInterrupt(running::interrupt)) {
      boolean finished;
      try {
        finished = run(scenarios, environments, progress);
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
  private boolean run(
      List<Scenario> scenarios,
      Function<Consumer<String>, EnvironmentSource> environments,
      Progress progress) {
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
              results::add)
          .run();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void describe(TestEnvironment environment, ProgressView view) {
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
    if (!global.output().isHumanReadable()) {
      global.output().printOne(cli, TextReport.toJson(results));
    } else if (hasResults) {
      new TextReport(cli.out(), global.coloredResults(cli), cli.columns()).print(results);
    }
    cli.out().flush();
    reports.write(
        results,
        RunConditions.of(broker, description, seed, arguments, cli.clock().instant()),
        progress::line);
  }
}
