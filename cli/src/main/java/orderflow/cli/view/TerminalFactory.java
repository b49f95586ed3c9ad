package orderflow.cli.view;

import org.jline.terminal.Size;
import org.jline.terminal.TerminalBuilder;

/** Opens the terminal of this process. */
final class TerminalFactory {
  private static final int USUAL_COLUMNS = 80;

  private TerminalFactory() {}

  /**
   * Asks the terminal nothing. JLine would ask what it can do with grapheme clusters; where the
   * process ends before the terminal has answered, the answer appears on the user's prompt.
   */
  static TerminalBuilder builder() {
    return TerminalBuilder.builder().system(true).dumb(true).graphemeCluster(false);
  }

  /** A pseudo-terminal whose size was never set, as in a CI job, says 0. */
  static int columns(Size size) {
    return size.getColumns() > 0 ? size.getColumns() : USUAL_COLUMNS;
  }
}
