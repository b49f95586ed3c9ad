package orderflow.cli.scenario;

import java.util.ArrayList;
import java.util.List;

/** Scenarios played one after the other on one stage. */
public final class Program {
  private final List<Scenario> scenarios;

  public Program(List<Scenario> scenarios) {
    this.scenarios = List.copyOf(scenarios);
  }

  /** One verdict a scenario, in order. */
  public List<Verdict> play(Stage stage, Observer observer) throws InterruptedException {
    List<Verdict> verdicts = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      observer.say("");
      observer.say("== " + scenario.name());
      long start = System.nanoTime();
      Verdict verdict = scenario.play(stage, observer);
      verdicts.add(verdict.lasting((System.nanoTime() - start) / 1e9));
    }
    observer.say("");
    return verdicts;
  }
}
