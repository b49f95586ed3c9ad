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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The streams, environment, terminal, clock and randomness of a run, passed in so that tests run
 * the real commands.
 *
 * @param out for results
 * @param err for progress, logs and errors
 * @param columns the width of the terminal that shows {@code out}; 0 for none or unknown
 * @param random thread-safe
 * @param session the shell whose line is run; empty outside one
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
  private static final Pattern PLAIN_WORD = Pattern.compile("[\\w@%+=:,./-]+");
  private static final Pattern SPECIAL_IN_QUOTES = Pattern.compile("[\"\\\\$`]");

  /** The context of this process; the launcher determines which streams are terminals. */
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
        () -> ThreadLocalRandom.current().nextLong(),
        Optional.empty());
  }

  /**
   * The context file; empty without a home folder.
   *
   * @throws CliException when a variable holds no valid path
   */
  public Optional<Path> configFile() {
    return path("ORDERFLOW_CONFIG")
        .or(() -> xdgFolder("XDG_CONFIG_HOME").map(xdg -> xdg.resolve("orderflow/config.toml")))
        .or(() -> path("HOME").map(home -> home.resolve(".config/orderflow/config.toml")));
  }

  /** A folder of the XDG base directory specification, which ignores relative paths. */
  public Optional<Path> xdgFolder(String variable) {
    return environment.getOrDefault(variable, "").startsWith("/")
        ? path(variable)
        : Optional.empty();
  }

  private Optional<Path> path(String variable) {
    String value = environment.getOrDefault(variable, "");
    try {
      return value.isEmpty() ? Optional.empty() : Optional.of(FileNames.parse(value));
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "variable " + variable + ": " + e.getMessage(), e);
    }
  }

  /** The program's name in suggested commands: as it was called, but the plain name in a shell. */
  public String calledAs() {
    String called = environment.getOrDefault("ORDERFLOW_CALLED_AS", "");
    return called.isEmpty() || session.isPresent() ? PROGRAM : shellQuoted(called);
  }

  /** A word quoted for a POSIX shell. */
  public static String shellQuoted(String word) {
    return PLAIN_WORD.matcher(word).matches()
        ? word
        : '"' + SPECIAL_IN_QUOTES.matcher(word).replaceAll("\\\\$0") + '"';
  }

  /** The same outside a shell and without variables. */
  public CliContext withoutEnvironment() {
    return with(out, Map.of(), columns, Optional.empty());
  }

  /**
   * The same for a line of a shell.
   *
   * @param terminalColumns the terminal's current width; 0 for unknown
   */
  public CliContext inSession(ShellSession shell, PrintWriter results, int terminalColumns) {
    return with(
        results,
        environment,
        terminalColumns == 0
            ? columns
            : columns(outIsTerminal, environment.get("COLUMNS"), terminalColumns),
        Optional.of(shell));
  }

  private CliContext with(
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

  /** The width to use: 0 without a terminal, else the variable {@code COLUMNS} if it is valid. */
  static int columns(boolean isTerminal, @Nullable String variable, int terminalColumns) {
    if (!isTerminal) {
      return 0;
    }
    return variable != null && variable.matches("[1-9]\\d{0,3}")
        ? Integer.parseInt(variable)
        : Math.max(0, terminalColumns);
  }
}
