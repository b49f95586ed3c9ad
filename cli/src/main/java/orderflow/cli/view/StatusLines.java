package orderflow.cli.view;

import java.io.IOError;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;

/**
 * Some lines at the bottom of the terminal that change in place, above which others are printed and
 * stay. A line that is too long is cut at the edge, and lines that there is no room for are left
 * out. Thread-safe.
 */
public final class StatusLines implements AutoCloseable {
  private static final String CLEAR_BELOW = "\r\033[J";

  private final PrintWriter err;
  private final Terminal terminal;
  private final Display display;
  private Size size = Size.of(0, 0);
  private List<String> shown = List.of();
  private boolean closed;
  private boolean gone;

  /**
   * @param terminal closed with this
   * @param err the same terminal, without JLine, which closes its own as soon as Ctrl-C is pressed
   */
  public StatusLines(Terminal terminal, PrintWriter err) {
    this.err = err;
    this.terminal = terminal;
    this.display = new Display(terminal, false);
  }

  /**
   * On standard error, which is {@code err}; empty when that is no terminal, or one that cannot
   * move its cursor.
   */
  public static Optional<StatusLines> open(PrintWriter err) {
    try {
      Terminal terminal =
          TerminalFactory.builder()
              .systemOutput(TerminalBuilder.SystemOutput.SysErr)
              .nativeSignals(false)
              .build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(new StatusLines(terminal, err));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** How many columns a line may have. */
  public synchronized int width() {
    return Math.max(1, TerminalFactory.columns(size()) - 1);
  }

  /**
   * Replaces the lines at the bottom.
   *
   * @param lines may have colours
   */
  public synchronized void show(List<String> lines) {
    if (!closed) {
      shown = List.copyOf(lines);
      draw(shown);
    }
  }

  /** Prints a line that stays. */
  public synchronized void print(String line) {
    if (!closed) {
      draw(List.of());
      if (!gone) {
        terminal.writer().println(line);
        draw(shown);
      }
    }
  }

  /** Draws nothing any more once JLine has closed its terminal. */
  private void draw(List<String> lines) {
    if (!gone) {
      try {
        update(lines);
      } catch (IllegalStateException | IOError e) {
        gone = true;
      }
    }
  }

  private Size size() {
    try {
      return terminal.getSize();
    } catch (IllegalStateException | IOError e) {
      gone = true;
      return size;
    }
  }

  private void update(List<String> lines) {
    Size now = size();
    if (!now.equals(size)) {
      size = now;
      display.resize(size);
    }
    int width = width();
    display.update(
        lines.stream()
            .limit(Math.max(1, size.getRows() - 1))
            .map(AttributedString::fromAnsi)
            .map(line -> line.columnSubSequence(0, width))
            .toList(),
        0);
    terminal.flush();
  }

  /** Takes the lines at the bottom away, and leaves what was printed. */
  @Override
  public synchronized void close() {
    if (!closed) {
      draw(List.of());
      err.print(CLEAR_BELOW);
      err.flush();
      closed = true;
      try {
        terminal.close();
      } catch (IOException e) {
        // nothing is left to be drawn
      }
    }
  }
}
