package orderflow.cli.prove.environment;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.rabbit.ProcessGuard;
import org.jspecify.annotations.Nullable;

/** A child process that can be started, stopped, killed and suspended repeatedly. */
final class ChildProcess {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long KILL_LIMIT_SECONDS = 10;

  /** Has a built-in kill; not every image has a command of that name. */
  private static final String SHELL = "/bin/sh";

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final ProcessGuard guard;
  private Map<String, String> moreVariables = Map.of();
  private @Nullable Process process;

  /**
   * @param environment variables for secrets: command lines are visible to all users
   * @param log its output is appended to it
   */
  ChildProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      ProcessGuard guard) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
    this.guard = guard;
  }

  /** Sets variables beside the usual ones, from the next start on; false when they are set. */
  boolean configure(Map<String, String> variables) {
    boolean changes = !moreVariables.equals(variables);
    moreVariables = Map.copyOf(variables);
    return changes;
  }

  /** Does nothing when it is running. */
  void start() {
    start(Map.of());
  }

  /**
   * @param variables of the environment, for this start only
   */
  void start(Map<String, String> variables) {
    if (process != null && process.isAlive()) {
      return;
    }
    try {
      var builder = new ProcessBuilder(command);
      // It does not inherit the configuration of this process.
      builder.environment().keySet().removeIf(variable -> variable.startsWith("ORDERFLOW_"));
      builder.environment().put("ORDERFLOW_CONFIG", "/dev/null");
      builder.environment().putAll(environment);
      builder.environment().putAll(moreVariables);
      builder.environment().putAll(variables);
      process =
          builder
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      guard.watch(process);
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, name + " cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * @throws CliException with its last log line when it has ended
   */
  void requireRunning() {
    if (process != null && !process.isAlive()) {
      throw new CliException(
          ExitCode.FAILED,
          "the %s ended with %d%s".formatted(name, process.exitValue(), lastLogLine()));
    }
  }

  private String lastLogLine() {
    try {
      return Files.readAllLines(log).stream()
          .filter(line -> !line.isBlank())
          .reduce((_, later) -> later)
          .map(line -> "; its log ends with: " + line)
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  /** Whether it has ended with {@code code}. */
  boolean endedWith(int code) {
    return process != null && !process.isAlive() && process.exitValue() == code;
  }

  /** Sends SIGTERM, and returns once it has ended. */
  void stop() throws InterruptedException {
    if (process == null || !process.isAlive()) {
      return;
    }
    process.destroy();
    var deadline = new Deadline(STOP_LIMIT);
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (deadline.isOver()) {
        kill();
        throw new CliException(
            ExitCode.INTERNAL, "the " + name + " did not stop within " + deadline.waited());
      }
    }
  }

  /** Sends SIGKILL, and returns once it has ended. */
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly();
      boolean _ = process.waitFor(KILL_LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Why {@link #pause} is not possible here; empty when it is. */
  static Optional<String> pauseUnsupported() {
    return new File(SHELL).canExecute()
        ? Optional.empty()
        : Optional.of("there is no shell to send SIGSTOP with");
  }

  void pause() throws InterruptedException {
    signal("-STOP");
  }

  void resume() throws InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws InterruptedException {
    if (process == null) {
      return;
    }
    try {
      int status =
          new ProcessBuilder(SHELL, "-c", "kill " + signal + " " + process.pid()).start().waitFor();
      if (status != 0) {
        throw new CliException(
            ExitCode.INTERNAL, "kill %s of the %s failed (%d)".formatted(signal, name, status));
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, SHELL + " cannot be run: " + e.getMessage(), e);
    }
  }
}
