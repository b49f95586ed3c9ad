package orderflow.cli.scenario;

/** For a test that looks at verdicts only. */
final class SilentObserver implements Observer {
  @Override
  public void say(String line) {}

  @Override
  public void begins(Scenario scenario, int number, int of) {}

  @Override
  public void phase(String what) {}

  @Override
  public void faultBegins(String what) {}

  @Override
  public void faultEnds(String what) {}

  @Override
  public void sample(Timeline.Sample sample) {}

  @Override
  public void ends(Verdict verdict) {}
}
