package orderflow.cli.prove.report;

import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;

/** Prints a line for each event, and the counts from time to time. */
final class PlainView implements ProgressView {
  private static final int EVERY_NTH_SAMPLE = 12;

  private final Progress progress;
  private int samples;

  PlainView(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void message(String line) {
    progress.line(line);
  }

  @Override
  public synchronized void scenarioStarted(Scenario scenario, int number, int of) {
    samples = 0;
    progress.line("");
    progress.line("== %s (%d of %d)".formatted(scenario.name(), number, of));
    progress.line(scenario.purpose());
  }

  @Override
  public void phase(String what) {
    progress.line("  " + what);
  }

  @Override
  public void faultStarted(String what) {
    progress.line("! " + what);
  }

  @Override
  public void faultEnded(String what) {
    progress.line("  over: " + what);
  }

  @Override
  public synchronized void sample(Timeline.Sample sample) {
    if (samples++ % EVERY_NTH_SAMPLE == EVERY_NTH_SAMPLE - 1) {
      progress.line(
          "  accepted %s   decided %s   waiting %s"
              .formatted(
                  Text.grouped(sample.accepted()),
                  Text.grouped(sample.decided()),
                  sample.waiting() < 0 ? "?" : Text.grouped(sample.waiting())));
    }
  }

  @Override
  public void scenarioEnded(ScenarioResult result) {
    progress.line(result.verdict().label(false) + "  " + result.scenario());
    result.missing().forEach(missing -> progress.line("  not seen: " + Text.printable(missing)));
  }

  @Override
  public void close() {
    progress.line("");
  }
}
