package orderflow.cli.view;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * The whole terminal, in the alternate screen and with unbuffered keys; restored when closed. Used
 * by one thread.
 */
public final class FullScreen implements AutoCloseable {
  /** No key was pressed. */
  public static final int NONE = NonBlockingReader.READ_EXPIRED;

  /** End of input. */
  public static final int END = NonBlockingReader.EOF;

  private final Terminal terminal;
  private final Display display;
  private final Attributes before;
  private Size size = Size.of(0, 0);

  /**
   * @param terminal is closed with this
   */
  public FullScreen(Terminal terminal) {
    this.terminal = terminal;
    this.display = new Display(terminal, true);
    this.before = terminal.enterRawMode();
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  /** Empty when there is no terminal or it cannot move its cursor. */
  public static Optional<FullScreen> open() {
    return TerminalFactory.open(TerminalFactory.builder()).map(FullScreen::new);
  }

  public int width() {
    return TerminalFactory.columns(terminal.getSize());
  }

  public int height() {
    return Math.max(1, terminal.getSize().getRows());
  }

  /** Replaces the content; cuts lines that do not fit. */
  public void show(List<String> lines) {
    Size now = terminal.getSize();
    if (!now.equals(size)) {
      size = now;
      terminal.puts(Capability.clear_screen);
      display.resize(size);
      display.reset();
    }
    display.update(TerminalFactory.fit(lines, height(), width()), 0);
  }

  /** Waits for a key: its code, {@link #NONE} after {@code wait}, or {@link #END}. */
  public int key(Duration wait) {
    try {
      return terminal.reader().read(Math.max(1, wait.toMillis()));
    } catch (IOException e) {
      return END;
    }
  }

  @Override
  public void close() {
    terminal.puts(Capability.cursor_visible);
    terminal.puts(Capability.exit_ca_mode);
    terminal.setAttributes(before);
    terminal.flush();
    TerminalFactory.close(terminal);
  }
}
