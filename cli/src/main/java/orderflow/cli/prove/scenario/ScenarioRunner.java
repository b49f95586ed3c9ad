package orderflow.cli.prove.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.EnvironmentSource;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryFolder;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.schedule.FaultSchedule;
import orderflow.messaging.MessagingException;
import org.jspecify.annotations.Nullable;

/** Runs scenarios in sequence. After one that does not pass, the next gets a new environment. */
public final class ScenarioRunner {
  private static final int MOST_FAILED_STARTS = 2;

  private final List<Scenario> scenarios;
  private final Supplier<EnvironmentSource> source;
  private final Consumer<TestEnvironment> newEnvironments;
  private final ScenarioListener listener;
  private final HistoryFolder histories;
  private final Consumer<ScenarioResult> results;
  private @Nullable EnvironmentSource environments;
  private @Nullable TestEnvironment current;
  private int failedStarts;

  /**
   * @param source opened for the first scenario, and closed at the end
   * @param newEnvironments gets each environment before its first scenario
   * @param histories where the history of each scenario is written
   * @param results gets one result per scenario, in order, also for those that were not run
   */
  public ScenarioRunner(
      List<Scenario> scenarios,
      Supplier<EnvironmentSource> source,
      Consumer<TestEnvironment> newEnvironments,
      ScenarioListener listener,
      HistoryFolder histories,
      Consumer<ScenarioResult> results) {
    this.scenarios = List.copyOf(scenarios);
    this.source = source;
    this.newEnvironments = newEnvironments;
    this.listener = listener;
    this.histories = histories;
    this.results = results;
  }

  /**
   * Runs them. One that ends with an error is inconclusive, and the next is run.
   *
   * @throws CliException when there can be no environment, for example without a broker; every
   *     scenario has a result then, as with any other exception
   */
  public void run() throws InterruptedException {
    try {
      runAll();
    } finally {
      if (environments != null) {
        environments.close();
      }
    }
  }

  private void runAll() throws InterruptedException {
    int next = 0;
    String reason = "";
    try {
      for (Scenario scenario : scenarios) {
        next++; // before anything can fail: this scenario gets its result below
        results.accept(run(scenario, next));
      }
    } catch (InterruptedException e) {
      reason = "interrupted";
      results.accept(
          e instanceof ScenarioInterrupted interrupted
              ? interrupted.result()
              : ScenarioResult.notStarted(scenarios.get(next - 1), reason));
      throw e;
    } catch (RuntimeException | Error e) {
      boolean isExpected = e instanceof CliException || e instanceof MessagingException;
      reason = isExpected ? String.valueOf(e.getMessage()) : "internal error: " + e;
      results.accept(ScenarioResult.notStarted(scenarios.get(next - 1), reason));
      throw e;
    } finally {
      for (Scenario scenario : scenarios.subList(next, scenarios.size())) {
        results.accept(ScenarioResult.notStarted(scenario, reason));
      }
    }
  }

  private ScenarioResult run(Scenario scenario, int number) throws InterruptedException {
    ScenarioResult result;
    try {
      TestEnvironment environment = environment();
      listener.scenarioStarted(scenario, number, scenarios.size());
      long start = System.nanoTime();
      result = run(scenario, environment).withSeconds((System.nanoTime() - start) / 1e9);
      if (!result.passed() && result.verdict() != Verdict.SKIP) {
        Optional<Path> kept = Objects.requireNonNull(environments).discard();
        if (kept.isPresent()) {
          result = result.withRemark("logs and databases are kept in " + kept.get());
        }
        Optional<FaultSchedule> schedule = scenario.schedule();
        if (schedule.isPresent() && !schedule.get().entries().isEmpty()) {
          result =
              result.withRemark("the same faults again: --schedule '%s'".formatted(schedule.get()));
        }
      }
    } catch (StartFailure e) {
      listener.scenarioStarted(scenario, number, scenarios.size());
      result = ScenarioResult.notStarted(scenario, String.valueOf(e.getMessage()));
    }
    listener.scenarioEnded(result);
    return result;
  }

  /** There is no environment for this scenario; there may be one for the next. */
  private static final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
      super(message);
    }
  }

  private TestEnvironment environment() throws InterruptedException {
    if (failedStarts >= MOST_FAILED_STARTS) {
      throw new StartFailure("the flow did not start twice in a row");
    }
    try {
      if (environments == null) {
        environments = source.get();
      }
      TestEnvironment environment = environments.environment();
      if (!environment.equals(current)) {
        current = environment;
        newEnvironments.accept(environment);
      }
      failedStarts = 0;
      return environment;
    } catch (CliException e) {
      if (e.exitCode() != ExitCode.FAILED) {
        throw e; // another attempt would fail too
      }
      failedStarts++;
      throw new StartFailure(String.valueOf(e.getMessage()));
    }
  }

  private ScenarioResult run(Scenario scenario, TestEnvironment environment)
      throws InterruptedException {
    HistoryWriter history = histories.open(scenario.name());
    boolean isNeeded = true;
    try {
      ScenarioResult result = scenario.run(environment, listener, history);
      isNeeded = !result.passed() && result.verdict() != Verdict.SKIP;
      return isNeeded ? result.withRemark("the history is kept in " + history.file()) : result;
    } catch (CliException | MessagingException e) {
      return ScenarioResult.notJudged(
          scenario, "broke down: " + e.getMessage(), 0, 0, Timeline.EMPTY);
    } finally {
      histories.close(history, !isNeeded);
    }
  }
}
