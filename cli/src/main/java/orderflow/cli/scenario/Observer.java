package orderflow.cli.scenario;

/** Is told what happens in a scenario, as it happens, from any thread. */
public interface Observer {
  /** A line for people. */
  void say(String line);

  /** The latest state; several times a second. */
  default void sample(Timeline.Sample sample) {}
}
