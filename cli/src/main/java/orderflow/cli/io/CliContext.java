package orderflow.cli.io;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import orderflow.cli.options.CommandHints;
import org.jspecify.annotations.Nullable;

/**
 * Everything a command sees of the world outside its options, passed in so that tests run the real
 * commands.
 *
 * @param in what a person or a pipe gives
 * @param out for results
 * @param err for progress, logs and errors
 * @param environment the process's variables
 * @param inIsTerminal whether a person can answer
 * @param outIsTerminal whether a person reads {@code out}
 * @param errIsTerminal whether a person reads {@code err}
 * @param columns how wide the terminal is that shows {@code out}; 0 when it is none, or unknown
 * @param random thread-safe
 * @param session the shell that a command is a line of; empty outside one
 */
public record CliContext(
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    Map<String, String> environment,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal,
    int columns,
    Clock clock,
    RandomGenerator random,
    Optional<ShellSession> session) {
  public static final String PROGRAM = "orderflow";

  /**
   * The process's own. The launcher has looked which streams are terminals, and how wide.
   *
   * @param results what the process writes to
   */
  public static CliContext ofProcess(ResultStream results) {
    return new CliContext(
        System.in,
        new PrintWriter(results, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Boolean.getBoolean("orderflow.tty.in"),
        Boolean.getBoolean("orderflow.tty.out"),
        Boolean.getBoolean("orderflow.tty.err"),
        columns(
            Boolean.getBoolean("orderflow.tty.out"),
            System.getenv("COLUMNS"),
            Integer.getInteger("orderflow.columns", 0)),
        Clock.tickMillis(ZoneOffset.UTC),
        new SharedRandom(),
        Optional.empty());
  }

  /**
   * Where contexts are kept; empty when this process has no home.
   *
   * @throws CliException when the variable that says so holds no file's name
   */
  public Optional<Path> configFile() {
    return named("ORDERFLOW_CONFIG")
        .or(() -> xdgFolder("XDG_CONFIG_HOME").map(xdg -> xdg.resolve("orderflow/config.toml")))
        .or(() -> named("HOME").map(home -> home.resolve(".config/orderflow/config.toml")));
  }

  /**
   * The folder that a variable of the XDG base directory specification names; empty when it names
   * none, or a relative path, which that specification says to ignore.
   */
  public Optional<Path> xdgFolder(String variable) {
    return environment.getOrDefault(variable, "").startsWith("/")
        ? named(variable)
        : Optional.empty();
  }

  private Optional<Path> named(String variable) {
    String value = environment.getOrDefault(variable, "");
    try {
      return value.isEmpty() ? Optional.empty() : Optional.of(FileNames.parse(value));
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "variable " + variable + ": " + e.getMessage(), e);
    }
  }

  /**
   * The program's name in a command that help or an error advises: as the launcher was called; in a
   * shell of the program, which takes no path, the plain name.
   */
  public String calledAs() {
    String called = environment.getOrDefault("ORDERFLOW_CALLED_AS", "");
    return called.isEmpty() || session.isPresent() ? PROGRAM : CommandHints.quoted(called);
  }

  /** The same outside a shell, with no variable set. */
  public CliContext withoutEnvironment() {
    return of(out, Map.of(), columns, Optional.empty());
  }

  /**
   * The same for a line of a shell.
   *
   * @param results where they go
   * @param asked how wide the terminal says it is now; 0 when it does not
   */
  public CliContext inSession(ShellSession shell, PrintWriter results, int asked) {
    return of(
        results,
        environment,
        asked == 0 ? columns : columns(outIsTerminal, environment.get("COLUMNS"), asked),
        Optional.of(shell));
  }

  private CliContext of(
      PrintWriter results, Map<String, String> variables, int width, Optional<ShellSession> shell) {
    return new CliContext(
        in,
        results,
        err,
        variables,
        inIsTerminal,
        outIsTerminal,
        errIsTerminal,
        width,
        clock,
        random,
        shell);
  }

  /**
   * @param terminal whether a person reads the results
   * @param variable what the person says in the variable that shells have for it
   * @param asked what the terminal says itself
   */
  public static int columns(boolean terminal, @Nullable String variable, int asked) {
    if (!terminal) {
      return 0;
    }
    return variable != null && variable.matches("[1-9]\\d{0,3}")
        ? Integer.parseInt(variable)
        : Math.max(0, asked);
  }

  /** {@link ThreadLocalRandom} for whoever asks, from whatever thread. */
  private static final class SharedRandom implements RandomGenerator {
    @Override
    public long nextLong() {
      return ThreadLocalRandom.current().nextLong();
    }
  }
}
