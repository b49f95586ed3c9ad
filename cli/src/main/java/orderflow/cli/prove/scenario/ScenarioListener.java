package orderflow.cli.prove.scenario;

/** Receives the progress of a run of scenarios, on any thread. */
public interface ScenarioListener {
  /** A line that belongs to no other event. */
  void message(String line);

  /**
   * @param number from 1
   * @param of how many scenarios there are
   */
  void scenarioStarted(Scenario scenario, int number, int of);

  /** The current step of the scenario. */
  void phase(String what);

  void faultStarted(String fault);

  void faultEnded(String fault);

  /** Called several times a second. */
  void sample(Timeline.Sample sample);

  void scenarioEnded(ScenarioResult result);
}
