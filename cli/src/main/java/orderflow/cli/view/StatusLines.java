package orderflow.cli.view;

import java.io.IOError;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Display;

/**
 * Lines at the bottom of the terminal that are updated in place, below permanent output. Cuts what
 * does not fit. Thread-safe.
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
   * @param terminal is closed with this
   * @param err the same terminal without JLine, which closes its own on Ctrl-C
   */
  public StatusLines(Terminal terminal, PrintWriter err) {
    this.err = err;
    this.terminal = terminal;
    this.display = new Display(terminal, false);
  }

  /** On standard error, {@code err}; empty unless that is a terminal that can move its cursor. */
  public static Optional<StatusLines> open(PrintWriter err) {
    return TerminalFactory.open(
            TerminalFactory.builder().systemOutput(TerminalBuilder.SystemOutput.SysErr))
        .map(terminal -> new StatusLines(terminal, err));
  }

  /** The maximum width of a line. */
  public synchronized int width() {
    return Math.max(1, TerminalFactory.columns(size()) - 1);
  }

  /** Replaces the lines at the bottom; they may have colors. */
  public synchronized void show(List<String> lines) {
    if (!closed) {
      shown = List.copyOf(lines);
      draw(shown);
    }
  }

  /** Prints a permanent line. */
  public synchronized void print(String line) {
    if (!closed) {
      draw(List.of());
      if (!gone) {
        terminal.writer().println(line);
        draw(shown);
      }
    }
  }

  /** JLine may have closed its terminal. */
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
    display.update(TerminalFactory.fit(lines, size.getRows() - 1, width()), 0);
    terminal.flush();
  }

  /** Removes the lines at the bottom. */
  @Override
  public synchronized void close() {
    if (!closed) {
      draw(List.of());
      err.print(CLEAR_BELOW);
      err.flush();
      closed = true;
      TerminalFactory.close(terminal);
    }
  }
}
