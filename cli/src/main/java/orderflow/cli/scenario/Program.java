package orderflow.cli.scenario;

import java.util.List;
import java.util.function.Consumer;
import orderflow.cli.CommandFailure;

/** Scenarios played one after the other on one stage. */
public final class Program {
  private final List<Scenario> scenarios;

  public Program(List<Scenario> scenarios) {
    this.scenarios = List.copyOf(scenarios);
  }

  /**
   * Plays them. One that breaks down has failed, and the next is played.
   *
   * @param verdicts gets one verdict a scenario, in order, as they fall
   */
  public void play(Stage stage, Observer observer, Consumer<Verdict> verdicts)
      throws InterruptedException {
    int number = 0;
    for (Scenario scenario : scenarios) {
      observer.begins(scenario, ++number, scenarios.size());
      long start = System.nanoTime();
      Verdict verdict = play(scenario, stage, observer).lasting((System.nanoTime() - start) / 1e9);
      observer.ends(verdict);
      verdicts.accept(verdict);
    }
  }

  private static Verdict play(Scenario scenario, Stage stage, Observer observer)
      throws InterruptedException {
    try {
      return scenario.play(stage, observer);
    } catch (CommandFailure e) {
      return Verdict.brokenDown(scenario, String.valueOf(e.getMessage()));
    }
  }
}
