package orderflow.cli.command;

import java.time.Duration;
import orderflow.cli.io.CliContext;
import orderflow.cli.view.Text;

/** Lines on standard error. */
record Stderr(CliContext cli, boolean quiet) {
  static final Duration PROGRESS_PAUSE = Duration.ofSeconds(1);

  /** Prints {@code line} unless quiet. */
  void note(String line) {
    if (!quiet) {
      warn(line);
    }
  }

  /** Prints why a result may be incomplete. */
  void incomplete(String why) {
    warn("note: " + why);
  }

  void warn(String line) {
    cli.err().println(Text.printable(line));
    cli.err().flush();
  }
}
