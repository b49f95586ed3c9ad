package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import orderflow.cli.Cli;
import orderflow.cli.io.CliContext;
import orderflow.testing.SteppingClock;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final SteppingClock clock = new SteppingClock();
  private final StringWriter err = new StringWriter();

  private Progress progress(boolean terminal, boolean quiet) {
    CliContext plain = Cli.plainContext();
    return new Progress(
        new CliContext(
            java.io.InputStream.nullInputStream(),
            plain.out(),
            new PrintWriter(err),
            plain.environment(),
            terminal,
            terminal,
            terminal,
            0,
            clock,
            new Random(1),
            Optional.empty()),
        quiet,
        Duration.ofSeconds(5),
        clock::nanoTime);
  }

  /** Each update would leave the first part of a wrapped line. */
  @Test
  void updatedLineNeverWraps() {
    Progress progress = progress(true, false);
    progress.update("first");
    progress.line("stays");

    assertEquals("\r\033[K\033[?7lfirst\033[?7h\r\033[Kstays\n", err.toString());
  }

  @Test
  void printsPlainLinesEveryFiveSecondsWithoutTerminal() {
    Progress progress = progress(false, false);
    for (int second = 0; second < 7; second++) {
      progress.update("second " + second);
      progress.update("the same second");
      clock.advance(Duration.ofSeconds(1));
      clock.set(Duration.ofHours(-1)); // which changes nothing
    }
    progress.clear();

    assertEquals("second 0\nsecond 5\n", err.toString());
  }

  @Test
  void quietPrintsNothing() {
    Progress progress = progress(true, true);
    progress.update("a");
    progress.line("b");
    progress.clear();

    assertEquals("", err.toString());
  }
}
