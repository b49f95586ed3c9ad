package orderflow.cli.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.MessagingException;

/**
 * Scenarios played one after the other. One that does not pass leaves its stage to nobody: the next
 * one begins on a fresh stage.
 */
public final class Program {
  /** A machine that cannot start a flow so often in a row will not start one at all. */
  private static final int MOST_FAILED_STARTS = 2;

  private final List<Scenario> scenarios;
  private final StageSource stages;
  private final Observer observer;
  private final Consumer<Verdict> verdicts;
  private int failedStarts;

  /**
   * @param verdicts gets one verdict a scenario, in order, as they fall; also for those that could
   *     not be played
   */
  public Program(
      List<Scenario> scenarios, StageSource stages, Observer observer, Consumer<Verdict> verdicts) {
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
  public void play() throws InterruptedException {
    int next = 0;
    String why = "";
    try {
      for (Scenario scenario : scenarios) {
        next++; // before anything can fail: this one gets its verdict below
        verdicts.accept(play(scenario, next));
      }
    } catch (ScenarioInterrupted e) {
      verdicts.accept(e.verdict());
      why = "interrupted";
      throw e;
    } catch (InterruptedException e) {
      verdicts.accept(Verdict.notPlayed(scenarios.get(next - 1), "interrupted"));
      why = "interrupted";
      throw e;
    } catch (RuntimeException | Error e) {
      boolean isTold = e instanceof CliException || e instanceof MessagingException;
      why = isTold ? String.valueOf(e.getMessage()) : "internal error: " + e;
      verdicts.accept(Verdict.notPlayed(scenarios.get(next - 1), why));
      throw e;
    } finally {
      String rest = why;
      scenarios.stream()
          .skip(next)
          .forEach(scenario -> verdicts.accept(Verdict.notPlayed(scenario, rest)));
    }
  }

  private Verdict play(Scenario scenario, int number) throws InterruptedException {
    Stage stage = null;
    Verdict verdict;
    try {
      stage = stage();
      observer.begins(scenario, number, scenarios.size());
      long start = System.nanoTime();
      verdict = play(scenario, stage).lasting((System.nanoTime() - start) / 1e9);
    } catch (StartFailure e) {
      observer.begins(scenario, number, scenarios.size());
      verdict = Verdict.notPlayed(scenario, String.valueOf(e.getMessage()));
    }
    if (stage != null && !verdict.passed() && verdict.outcome() != Verdict.Outcome.SKIP) {
      verdict = discarded(verdict);
    }
    observer.ends(verdict);
    return verdict;
  }

  private Verdict discarded(Verdict verdict) {
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

  private Stage stage() throws InterruptedException {
    if (failedStarts >= MOST_FAILED_STARTS) {
      throw new StartFailure("the flow did not start twice in a row");
    }
    try {
      Stage stage = stages.stage();
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

  private Verdict play(Scenario scenario, Stage stage) throws InterruptedException {
    try {
      return scenario.play(stage, observer);
    } catch (CliException | MessagingException e) {
      return Verdict.notJudged(scenario, "broke down: " + e.getMessage(), 0, 0, Timeline.EMPTY);
    }
  }
}
