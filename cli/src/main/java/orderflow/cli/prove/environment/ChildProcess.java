package orderflow.cli.prove.environment;

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

/** A process of ours that can be started, stopped, killed and paused, again and again. */
final class ChildProcess {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  /** Its kill is built in; a command of that name is not in every image. */
  private static final Path SHELL = Path.of("/bin/sh");

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final ProcessGuard guard;
  private @Nullable Process process;

  /**
   * @param environment variables that it gets: what nobody else is to see, unlike a command line
   * @param log gets what it prints, appended
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

  /** Starts it; does nothing when it runs. */
  void start() {
    if (isRunning()) {
      return;
    }
    try {
      var builder = new ProcessBuilder(command);
      // What this orderflow was told by variables and contexts is not meant for that one.
      builder.environment().keySet().removeIf(name -> name.startsWith("ORDERFLOW_"));
      builder.environment().put("ORDERFLOW_CONFIG", "/dev/null");
      builder.environment().putAll(environment);
      process =
          builder
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      guard.watch(process);
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, name + " cannot be started: " + e.getMessage(), e);
    }
  }

  boolean isRunning() {
    return process != null && process.isAlive();
  }

  /**
   * @throws CliException with the end of its log when it has ended by itself
   */
  void requireRunning() {
    if (process != null && !process.isAlive()) {
      throw new CliException(
          ExitCode.FAILED,
          "the %s ended with %d%s".formatted(name, process.exitValue(), lastLine()));
    }
  }

  private String lastLine() {
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

  /** SIGTERM, and waits until it is gone. */
  void stop() throws InterruptedException {
    if (process != null && process.isAlive()) {
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
  }

  /** SIGKILL, and waits until it is gone. */
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly();
      boolean _ = process.waitFor(KILL_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** Why it cannot be paused here; empty when it can. */
  static Optional<String> pauseUnsupported() {
    return SHELL.toFile().canExecute()
        ? Optional.empty()
        : Optional.of("there is no shell to send SIGSTOP with");
  }

  /** SIGSTOP. */
  void pause() throws InterruptedException {
    signal("-STOP");
  }

  /** SIGCONT. */
  void resume() throws InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws InterruptedException {
    if (process == null) {
      return;
    }
    try {
      int status =
          new ProcessBuilder(SHELL.toString(), "-c", "kill " + signal + " " + process.pid())
              .start()
              .waitFor();
      if (status != 0) {
        throw new CliException(
            ExitCode.INTERNAL, name + " does not take " + signal + " (" + status + ")");
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, "/bin/sh cannot be run: " + e.getMessage(), e);
    }
  }
}
