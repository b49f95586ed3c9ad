package orderflow.cli.report;

import java.io.PrintWriter;
import java.util.Optional;
import orderflow.cli.scenario.Observer;
import orderflow.cli.view.Progress;
import orderflow.cli.view.StatusLines;

/** Shows people scenarios while they are played. */
public interface Play extends Observer, AutoCloseable {
  /**
   * On a terminal live, and in plain lines elsewhere.
   *
   * @param err standard error
   * @param live whether it may be live at all
   */
  static Play open(Progress plain, PrintWriter err, boolean live, boolean coloured) {
    Optional<StatusLines> screen = live ? StatusLines.open(err) : Optional.empty();
    return screen.isPresent() ? new LivePlay(screen.get(), coloured) : new PlainPlay(plain);
  }

  @Override
  void close();
}
