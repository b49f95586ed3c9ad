package orderflow.cli.scenario;

import java.util.List;
import java.util.function.Consumer;
import orderflow.cli.CommandFailure;
import orderflow.cli.scenario.Verdict.Books;

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
    for (Scenario scenario : scenarios) {
      observer.say("");
      observer.say("== " + scenario.name());
      long start = System.nanoTime();
      Verdict verdict = play(scenario, stage, observer);
      verdicts.accept(verdict.lasting((System.nanoTime() - start) / 1e9));
    }
    observer.say("");
  }

  private static Verdict play(Scenario scenario, Stage stage, Observer observer)
      throws InterruptedException {
    try {
      return scenario.play(stage, observer);
    } catch (CommandFailure e) {
      return Verdict.of(
          scenario.name(), false, "broke down: " + e.getMessage(), Books.EMPTY, List.of());
    }
  }
}
