package orderflow.cli.view;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
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
    try {
      Terminal terminal = TerminalFactory.builder().nativeSignals(false).build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(new FullScreen(terminal));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  public int width() {
    return TerminalFactory.columns(terminal.getSize());
  }

  public int height() {
    return Math.max(1, terminal.getSize().getRows());
  }

  /** Replaces the content; cuts what does not fit. */
  public void show(List<String> lines) {
    Size now = terminal.getSize();
    if (!now.equals(size)) {
      size = now;
      terminal.puts(Capability.clear_screen);
      display.resize(size);
      display.reset();
    }
    display.update(
        lines.stream()
            .limit(height())
            .map(AttributedString::fromAnsi)
            .map(line -> line.columnSubSequence(0, width()))
            .toList(),
        0);
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
    try {
      terminal.close();
    } catch (IOException e) {
      // nothing left to draw
    }
  }
}
