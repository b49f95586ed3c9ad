package orderflow.cli.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Scenarios played one after the other on one stage. */
public final class Program {
  private final List<Scenario> scenarios;

  public Program(List<Scenario> scenarios) {
    this.scenarios = List.copyOf(scenarios);
  }

  /** One verdict a scenario, in order. */
  public List<Verdict> play(Stage stage, Consumer<String> narrator) throws InterruptedException {
    List<Verdict> verdicts = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      narrator.accept("");
      narrator.accept("== " + scenario.name());
      long start = System.nanoTime();
      Verdict verdict = scenario.play(stage, narrator);
      verdicts.add(verdict.lasting((System.nanoTime() - start) / 1e9));
    }
    narrator.accept("");
    return verdicts;
  }
}
