package orderflow.cli.prove.scenario;

/** Ignores all events. */
final class SilentListener implements ScenarioListener {
  @Override
  public void message(String line) {}

  @Override
  public void scenarioStarted(Scenario scenario, int number, int of) {}

  @Override
  public void phase(String what) {}

  @Override
  public void faultStarted(String what) {}

  @Override
  public void faultEnded(String what) {}

  @Override
  public void sample(Timeline.Sample sample) {}

  @Override
  public void scenarioEnded(ScenarioResult verdict) {}
}
