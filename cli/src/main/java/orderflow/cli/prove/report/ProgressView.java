package orderflow.cli.prove.report;

import java.io.PrintWriter;
import java.util.Optional;
import orderflow.cli.prove.scenario.ScenarioListener;
import orderflow.cli.view.Progress;
import orderflow.cli.view.StatusLines;

/** Shows people scenarios while they are played. */
public interface ProgressView extends ScenarioListener, AutoCloseable {
  /**
   * On a terminal live, and in plain lines elsewhere.
   *
   * @param err standard error
   * @param live whether it may be live at all
   */
  static ProgressView open(Progress plain, PrintWriter err, boolean live, boolean coloured) {
    Optional<StatusLines> screen = live ? StatusLines.open(err) : Optional.empty();
    return screen.isPresent() ? new LiveView(screen.get(), coloured) : new PlainView(plain);
  }

  @Override
  void close();
}
