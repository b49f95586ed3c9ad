package orderflow.cli.command;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Interrupts;
import orderflow.cli.Surroundings;
import orderflow.cli.report.Conditions;
import orderflow.cli.report.Play;
import orderflow.cli.report.Summary;
import orderflow.cli.scenario.Observer;
import orderflow.cli.scenario.Program;
import orderflow.cli.scenario.Scenario;
import orderflow.cli.scenario.Stage;
import orderflow.cli.scenario.Verdict;
import orderflow.cli.view.Progress;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;

/** Plays scenarios and reports on them; when it is interrupted, on those that were played. */
final class Playing {
  private final Surroundings surroundings;
  private final GlobalOptions global;
  private final ReportOptions reports;
  private final long seed;
  private final List<String> arguments;
  private final List<Verdict> verdicts = new ArrayList<>();
  private @Nullable String broker;
  private @Nullable String description;

  /** Sets a stage up. */
  @FunctionalInterface
  interface StageSetting {
    Stage set(Observer observer) throws InterruptedException;
  }

  /**
   * @param seed what chances were drawn from
   * @param arguments the command line
   */
  Playing(
      Surroundings surroundings,
      GlobalOptions global,
      ReportOptions reports,
      long seed,
      List<String> arguments) {
    this.surroundings = surroundings;
    this.global = global;
    this.reports = reports;
    this.seed = seed;
    this.arguments = arguments;
  }

  /** Answers the exit code. */
  int play(List<Scenario> scenarios, StageSetting setting) throws InterruptedException {
    reports.requireWritable();
    var progress = new Progress(surroundings, global.quiet());
    Thread playing = Thread.currentThread();
    try (var _ = Interrupts.onInterrupt(playing::interrupt)) {
      boolean finished = play(scenarios, setting, progress);
      if (!finished) {
        progress.line("interrupted; what was played to its end:");
      }
      print();
      if (broker != null && description != null && !verdicts.isEmpty()) {
        reports.write(
            verdicts,
            Conditions.of(broker, description, seed, arguments, surroundings.clock().instant()),
            progress::line);
      }
      return (!finished
              ? ExitCode.INTERRUPTED
              : Verdict.allPassed(verdicts) ? ExitCode.DONE : ExitCode.FAILED)
          .code();
    }
  }

  /** Answers whether it came to the end. */
  private boolean play(List<Scenario> scenarios, StageSetting setting, Progress progress) {
    boolean live = surroundings.errIsTerminal() && reports.isLive() && !global.quiet();
    try (Play play =
        Play.open(progress, surroundings.err(), live, global.colouredProgress(surroundings))) {
      play.say("seed " + seed);
      try (Stage stage = setting.set(play)) {
        play.say(stage.description());
        broker = brokerVersion(stage);
        description = stage.description();
        new Program(scenarios).play(stage, play, verdicts::add);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static String brokerVersion(Stage stage) {
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      return browser.brokerVersion();
    }
  }

  private void print() {
    if (global.output().isForPeople()) {
      new Summary(surroundings.out(), global.coloured(surroundings), surroundings.columns())
          .print(verdicts);
    } else {
      global.output().printOne(surroundings, Summary.toJson(verdicts));
    }
    surroundings.out().flush();
  }
}
