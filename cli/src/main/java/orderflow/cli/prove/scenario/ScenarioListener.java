package orderflow.cli.prove.scenario;

/** Is told what happens in a program of scenarios, as it happens, from any thread. */
public interface ScenarioListener {
  /** A line for people that belongs nowhere else. */
  void message(String line);

  /**
   * A scenario begins.
   *
   * @param number from 1
   * @param of how many there are
   */
  void scenarioStarted(Scenario scenario, int number, int of);

  /** What the scenario waits for now. */
  void phase(String what);

  /** Something is about to be done on purpose. */
  void faultStarted(String what);

  /** It was mended. */
  void faultEnded(String what);

  /** The latest state; several times a second. */
  void sample(Timeline.Sample sample);

  /** A scenario has ended. */
  void scenarioEnded(ScenarioResult verdict);
}
