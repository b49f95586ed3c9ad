package orderflow.cli.prove.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.EnvironmentSource;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.messaging.MessagingException;

/**
 * Scenarios played one after the other. One that does not pass leaves its stage to nobody: the next
 * one begins on a fresh stage.
 */
public final class ScenarioRunner {
  /** A machine that cannot start a flow so often in a row will not start one at all. */
  private static final int MOST_FAILED_STARTS = 2;

  private final List<Scenario> scenarios;
  private final EnvironmentSource stages;
  private final ScenarioListener observer;
  private final Consumer<ScenarioResult> verdicts;
  private int failedStarts;

  /**
   * @param verdicts gets one verdict a scenario, in order, as they fall; also for those that could
   *     not be played
   */
  public ScenarioRunner(
      List<Scenario> scenarios,
      EnvironmentSource stages,
      ScenarioListener observer,
      Consumer<ScenarioResult> verdicts) {
    this.scenarios = List.copyOf(scenarios);
    this.stages = stages;
    this.observer = observer;
    this.verdicts = verdicts;
  }

  /**
   * Plays them. One that breaks down is inconclusive, and the next is played.
   *
   * @throws CliException when no stage can be had here, such as without a broker; the remaining
   *     scenarios have their verdicts then, as with any other exception
   */
  public void run() throws InterruptedException {
    int next = 0;
    String why = "";
    try {
      for (Scenario scenario : scenarios) {
        next++; // before anything can fail: this one gets its verdict below
        verdicts.accept(run(scenario, next));
      }
    } catch (ScenarioInterrupted e) {
      verdicts.accept(e.verdict());
      why = "interrupted";
      throw e;
    } catch (InterruptedException e) {
      verdicts.accept(ScenarioResult.notStarted(scenarios.get(next - 1), "interrupted"));
      why = "interrupted";
      throw e;
    } catch (RuntimeException | Error e) {
      boolean isTold = e instanceof CliException || e instanceof MessagingException;
      why = isTold ? String.valueOf(e.getMessage()) : "internal error: " + e;
      verdicts.accept(ScenarioResult.notStarted(scenarios.get(next - 1), why));
      throw e;
    } finally {
      String rest = why;
      scenarios.stream()
          .skip(next)
          .forEach(scenario -> verdicts.accept(ScenarioResult.notStarted(scenario, rest)));
    }
  }

  private ScenarioResult run(Scenario scenario, int number) throws InterruptedException {
    TestEnvironment stage = null;
    ScenarioResult verdict;
    try {
      stage = stage();
      observer.scenarioStarted(scenario, number, scenarios.size());
      long start = System.nanoTime();
      verdict = run(scenario, stage).lasting((System.nanoTime() - start) / 1e9);
    } catch (StartFailure e) {
      observer.scenarioStarted(scenario, number, scenarios.size());
      verdict = ScenarioResult.notStarted(scenario, String.valueOf(e.getMessage()));
    }
    if (stage != null && !verdict.passed() && verdict.verdict() != Verdict.SKIP) {
      verdict = discarded(verdict);
    }
    observer.scenarioEnded(verdict);
    return verdict;
  }

  private ScenarioResult discarded(ScenarioResult verdict) {
    Optional<Path> kept = stages.discard();
    return kept.isEmpty()
        ? verdict
        : verdict.remarked("logs and databases are kept in " + kept.get());
  }

  /** No stage this time; there may be one next time. */
  private static final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
      super(message);
    }
  }

  private TestEnvironment stage() throws InterruptedException {
    if (failedStarts >= MOST_FAILED_STARTS) {
      throw new StartFailure("the flow did not start twice in a row");
    }
    try {
      TestEnvironment stage = stages.environment();
      failedStarts = 0;
      return stage;
    } catch (CliException e) {
      if (e.exitCode() != ExitCode.FAILED) {
        throw e; // it is not for want of time
      }
      failedStarts++;
      throw new StartFailure(String.valueOf(e.getMessage()));
    }
  }

  private ScenarioResult run(Scenario scenario, TestEnvironment stage) throws InterruptedException {
    try {
      return scenario.run(stage, observer);
    } catch (CliException | MessagingException e) {
      return ScenarioResult.notJudged(
          scenario, "broke down: " + e.getMessage(), 0, 0, Timeline.EMPTY);
    }
  }
}
