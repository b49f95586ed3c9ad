package orderflow.cli.view;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import orderflow.cli.io.CliContext;
import org.jspecify.annotations.Nullable;

/**
 * Progress on standard error: one line that is updated on a terminal, elsewhere a line every five
 * seconds. Thread-safe.
 */
public final class Progress {
  private static final String CLEAR_LINE = "\r\033[K";

  /** A wrapped line could not be cleared. */
  private static final String NO_WRAP = "\033[?7l";

  private static final String WRAP = "\033[?7h";
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final PrintWriter err;
  private final LongSupplier nanoTime;
  private final boolean terminal;
  private final boolean quiet;
  private final Duration pause;
  private boolean lineIsOpen;
  private @Nullable Long lastLine;

  public Progress(CliContext cli, boolean quiet) {
    this(cli, quiet, PAUSE);
  }

  /**
   * @param pause between lines where standard error is not a terminal
   */
  public Progress(CliContext cli, boolean quiet, Duration pause) {
    this(cli, quiet, pause, System::nanoTime);
  }

  Progress(CliContext cli, boolean quiet, Duration pause, LongSupplier nanoTime) {
    this.err = cli.err();
    this.nanoTime = nanoTime;
    this.terminal = cli.errIsTerminal();
    this.quiet = quiet;
    this.pause = pause;
  }

  /** Updates the line; without a terminal prints one after each pause. */
  public synchronized void update(String line) {
    if (quiet) {
      return;
    }
    if (terminal) {
      err.print(CLEAR_LINE + NO_WRAP + line + WRAP);
      err.flush();
      lineIsOpen = true;
      return;
    }
    long now = nanoTime.getAsLong();
    if (lastLine == null || now - lastLine >= pause.toNanos()) {
      lastLine = now;
      err.println(line);
      err.flush();
    }
  }

  /** Prints a permanent line. */
  public synchronized void line(String line) {
    if (!quiet) {
      clear();
      err.println(line);
      err.flush();
    }
  }

  /** Removes the updated line. */
  public synchronized void clear() {
    if (lineIsOpen) {
      err.print(CLEAR_LINE);
      err.flush();
      lineIsOpen = false;
    }
  }
}
