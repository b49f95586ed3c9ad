package orderflow.cli.prove.report;

import java.io.PrintWriter;
import java.util.Optional;
import orderflow.cli.prove.scenario.ScenarioListener;
import orderflow.cli.view.Progress;
import orderflow.cli.view.StatusLines;

/** Shows the progress of a run on a terminal or as lines. */
public interface ProgressView extends ScenarioListener, AutoCloseable {
  /**
   * @param live whether it may redraw the terminal
   */
  static ProgressView open(Progress plain, PrintWriter err, boolean live, boolean coloured) {
    Optional<StatusLines> screen = live ? StatusLines.open(err) : Optional.empty();
    return screen.isPresent() ? new LiveView(screen.get(), coloured) : new PlainView(plain);
  }

  @Override
  void close();
}
