package orderflow.cli.scenario;

import java.util.function.Consumer;

/** Something that goes wrong on purpose, and a verdict on what came of it. */
public interface Scenario {
  /** Its name on the command line and in reports. */
  String name();

  /**
   * Plays it.
   *
   * @param narrator is told what happens, as it happens, a line at a time
   */
  Verdict play(Stage stage, Consumer<String> narrator) throws InterruptedException;
}
