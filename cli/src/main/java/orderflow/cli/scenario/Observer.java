package orderflow.cli.scenario;

/** Is told what happens in a program of scenarios, as it happens, from any thread. */
public interface Observer {
  /** A line for people that belongs nowhere else. */
  void say(String line);

  /**
   * A scenario begins.
   *
   * @param number from 1
   * @param of how many there are
   */
  void begins(Scenario scenario, int number, int of);

  /** What the scenario waits for now. */
  void phase(String what);

  /** Something is about to be done on purpose. */
  void faultBegins(String what);

  /** It was mended. */
  void faultEnds(String what);

  /** The latest state; several times a second. */
  void sample(Timeline.Sample sample);

  /** A scenario has ended. */
  void ends(Verdict verdict);
}
