package orderflow.cli.prove.environment;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.rabbit.ProcessGuard;
import org.jspecify.annotations.Nullable;

/** A child process that can be started, stopped, killed and suspended repeatedly. */
final class ChildProcess implements ObservedProcess {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long KILL_LIMIT_SECONDS = 10;

  /** Has a built-in kill; not every image has a command of that name. */
  private static final String SHELL = "/bin/sh";

  private static final String TERM = "TERM";

  private final String name;
  private final Launch launch;
  private final Path log;
  private final ProcessGuard guard;
  private Map<String, String> moreVariables = Map.of();
  private volatile @Nullable Process process;
  private volatile long logStart;

  /**
   * How a process is started and stopped.
   *
   * @param environment variables for secrets: command lines are visible to all users
   * @param folder the working folder; null for that of this process
   * @param stopSignal without SIG
   */
  record Launch(
      List<String> command,
      Map<String, String> environment,
      @Nullable Path folder,
      String stopSignal) {
    Launch {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }

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
    this(name, new Launch(command, environment, null, TERM), log, guard);
  }

  /**
   * @param log its output is appended to it
   */
  ChildProcess(String name, Launch launch, Path log, ProcessGuard guard) {
    this.name = name;
    this.launch = launch;
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
      logStart = Files.exists(log) ? Files.size(log) : 0;
      var builder = new ProcessBuilder(launch.command());
      if (launch.folder() != null) {
        builder.directory(launch.folder().toFile());
      }
      // It does not inherit the configuration of this process.
      builder.environment().keySet().removeIf(variable -> variable.startsWith("ORDERFLOW_"));
      builder.environment().put("ORDERFLOW_CONFIG", "/dev/null");
      builder.environment().putAll(launch.environment());
      builder.environment().putAll(moreVariables);
      builder.environment().putAll(variables);
      process =
          builder
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      guard.watch(process.toHandle());
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, name + " cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * @throws CliException with its last log line when it has ended
   */
  void requireRunning() {
    Optional<String> end = ended();
    if (end.isPresent()) {
      throw new CliException(ExitCode.FAILED, end.get());
    }
  }

  /** With which status it has ended, and its last log line; empty when it has not. */
  Optional<String> ended() {
    return process != null && !process.isAlive()
        ? Optional.of("the %s ended with %d%s".formatted(name, process.exitValue(), lastLogLine()))
        : Optional.empty();
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

  /** Empty when it is not running. */
  OptionalLong pid() {
    return process != null && process.isAlive()
        ? OptionalLong.of(process.pid())
        : OptionalLong.empty();
  }

  /** Whether it has ended with {@code code}. */
  boolean endedWith(int code) {
    return process != null && !process.isAlive() && process.exitValue() == code;
  }

  /** They end with this process's JVM, too. */
  void watchChildren() {
    tree().forEach(guard::watch);
  }

  @Override
  public boolean isRunning() {
    return process != null && process.isAlive();
  }

  @Override
  public boolean isSuspended() {
    if (process == null) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("T");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public OptionalDouble startTime() {
    return process == null
        ? OptionalDouble.empty()
        : process.info().startInstant().stream()
            .mapToDouble(start -> start.toEpochMilli() / 1e3)
            .findFirst();
  }

  @Override
  public boolean hasLogged(Pattern pattern) {
    try (var output = Files.newInputStream(log)) {
      output.skipNBytes(logStart);
      return new String(output.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .anyMatch(line -> pattern.matcher(line).find());
    } catch (IOException e) {
      return false;
    }
  }

  /** Its children too, which a shell or a launcher has started. */
  private List<ProcessHandle> tree() {
    return process == null
        ? List.of()
        : Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
  }

  /** Sends the stop signal, and returns once it has ended. */
  void stop() throws InterruptedException {
    if (process == null || !process.isAlive()) {
      return;
    }
    List<ProcessHandle> tree = tree();
    signal(List.of(process.toHandle()), launch.stopSignal());
    var deadline = new Deadline(STOP_LIMIT);
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (deadline.isOver()) {
        kill();
        throw new CliException(
            ExitCode.INTERNAL, "the " + name + " did not stop within " + deadline.waited());
      }
    }
    tree.forEach(ProcessHandle::destroyForcibly);
  }

  /** Sends SIGKILL, also to its children, and returns once it has ended. */
  void kill() throws InterruptedException {
    if (process != null) {
      tree().forEach(ProcessHandle::destroyForcibly);
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
    signal(tree(), "STOP");
  }

  void resume() throws InterruptedException {
    signal(tree(), "CONT");
  }

  private void signal(List<ProcessHandle> targets, String signal) throws InterruptedException {
    if (signal.equals(TERM)) {
      targets.forEach(ProcessHandle::destroy); // needs no shell
      return;
    }
    if (targets.isEmpty()) {
      return;
    }
    String pids = targets.stream().map(target -> " " + target.pid()).collect(Collectors.joining());
    try {
      int status = new ProcessBuilder(SHELL, "-c", "kill -" + signal + pids).start().waitFor();
      if (status != 0) {
        throw new CliException(
            ExitCode.INTERNAL, "kill -%s of the %s failed (%d)".formatted(signal, name, status));
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, SHELL + " cannot be run: " + e.getMessage(), e);
    }
  }
}
