package orderflow.cli.io;

import org.jspecify.annotations.Nullable;

/**
 * A command failed. The message is one line: what failed, where, what to do next; it is printed
 * with a stack trace only with {@code --verbose}.
 */
public final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String problem;

  public CliException(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  public CliException(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
    this.problem = message;
  }

  /** With an {@code advice} that {@link #problem} leaves out. */
  public CliException(ExitCode exitCode, String problem, String advice, @Nullable Throwable cause) {
    super(problem + "; " + advice, cause);
    this.exitCode = exitCode;
    this.problem = problem;
  }

  /** The message, without an advice that was given apart from it. */
  public String problem() {
    return problem;
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
