package orderflow.cli.prove.scenario;

/** A scenario was interrupted; what was seen until then is not lost. */
final class ScenarioInterrupted extends InterruptedException {
  private static final long serialVersionUID = 1L;

  private final transient ScenarioResult verdict;

  ScenarioInterrupted(ScenarioResult verdict) {
    super("interrupted");
    this.verdict = verdict;
  }

  ScenarioResult verdict() {
    return verdict;
  }
}
