package orderflow.cli.scenario;

/** Something that goes wrong on purpose, and a verdict on what came of it. */
public interface Scenario {
  /** Its name on the command line and in reports. */
  String name();

  /**
   * Plays it.
   *
   * @param observer is told what happens, as it happens
   */
  Verdict play(Stage stage, Observer observer) throws InterruptedException;
}
