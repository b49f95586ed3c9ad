package orderflow.cli.prove.scenario;

/** A scenario was interrupted; carries the records until then. */
final class ScenarioInterrupted extends InterruptedException {
  private static final long serialVersionUID = 1L;

  private final transient ScenarioResult result;

  ScenarioInterrupted(ScenarioResult result) {
    super("interrupted");
    this.result = result;
  }

  ScenarioResult result() {
    return result;
  }
}
