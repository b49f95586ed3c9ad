package orderflow.cli.view;

import org.jline.terminal.Size;
import org.jline.terminal.TerminalBuilder;

/** Opens the terminal of the process. */
final class TerminalFactory {
  private static final int DEFAULT_COLUMNS = 80;

  private TerminalFactory() {}

  /**
   * Turns off JLine's query for grapheme clusters: when the process ends before the terminal
   * answers, the answer would appear on the user's prompt.
   */
  static TerminalBuilder builder() {
    return TerminalBuilder.builder().system(true).dumb(true).graphemeCluster(false);
  }

  /** A pseudo-terminal without a size, as in a CI job, has 0 columns. */
  static int columns(Size size) {
    return size.getColumns() > 0 ? size.getColumns() : DEFAULT_COLUMNS;
  }
}
