package orderflow.cli.view;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;

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

  /** A terminal to draw on; empty unless there is one that can move its cursor. */
  static Optional<Terminal> open(TerminalBuilder builder) {
    try {
      Terminal terminal = builder.nativeSignals(false).build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(terminal);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A pseudo-terminal without a size, as in a CI job, has 0 columns. */
  static int columns(Size size) {
    return size.getColumns() > 0 ? size.getColumns() : DEFAULT_COLUMNS;
  }

  /** Cuts lines, which may have colors, to a number of rows and columns. */
  static List<AttributedString> fit(List<String> lines, int rows, int columns) {
    return lines.stream()
        .limit(Math.max(1, rows))
        .map(AttributedString::fromAnsi)
        .map(line -> line.columnSubSequence(0, columns))
        .toList();
  }

  /** Ignores an error: nothing is left to draw. */
  static void close(Terminal terminal) {
    try {
      terminal.close();
    } catch (IOException e) {
      // closed anyway
    }
  }
}
