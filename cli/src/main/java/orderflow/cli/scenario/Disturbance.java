package orderflow.cli.scenario;

import java.util.Optional;

/** Something that makes the flow's life hard for a while. */
interface Disturbance {
  /** For people. */
  String what();

  /** Why it cannot be had on {@code stage}; empty when it can. */
  Optional<String> unable(Stage stage);

  /** Begins it, and returns once it is there. */
  void begin(Stage stage) throws InterruptedException;

  /** Ends it, and returns once all services are ready again. */
  void end(Stage stage) throws InterruptedException;

  /** Lets go of it at once, when nobody waits for the rest. */
  default void abandon(Stage stage) {}

  /** The stage makes it. */
  static Disturbance of(Fault fault) {
    return new Disturbance() {
      @Override
      public String what() {
        return fault.description();
      }

      @Override
      public Optional<String> unable(Stage stage) {
        return stage.unable(fault);
      }

      @Override
      public void begin(Stage stage) throws InterruptedException {
        stage.inject(fault);
      }

      @Override
      public void end(Stage stage) throws InterruptedException {
        stage.heal(fault);
      }
    };
  }
}
