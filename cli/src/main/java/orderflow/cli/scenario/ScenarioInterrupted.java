package orderflow.cli.scenario;

/** A scenario was interrupted; what was seen until then is not lost. */
final class ScenarioInterrupted extends InterruptedException {
  private static final long serialVersionUID = 1L;

  private final transient Verdict verdict;

  ScenarioInterrupted(Verdict verdict) {
    super("interrupted");
    this.verdict = verdict;
  }

  Verdict verdict() {
    return verdict;
  }
}
