package orderflow.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.LogFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of whatever serves: where its data is, and how it logs. */
final class DataOptions {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where the data is (default: orderflow in the XDG state folder).")
  private @Nullable String dataDir;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "Logs on stderr as ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "text")
  private LogFormat logFormat = LogFormat.TEXT;

  LogFormat logFormat() {
    return logFormat;
  }

  /** The folder of everything that must survive. */
  Path dataDir(CliContext cli) {
    return dataDir == null ? stateFolder(cli) : path(dataDir);
  }

  /**
   * Where what is kept from one run to the next is by itself.
   *
   * @throws CliException when this process has no home
   */
  static Path stateFolder(CliContext cli) {
    var environment = cli.environment();
    Optional<Path> state = cli.xdgFolder("XDG_STATE_HOME");
    if (state.isPresent()) {
      return state.get().resolve("orderflow");
    }
    String home = environment.getOrDefault("HOME", "");
    if (home.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE, "there is no home folder to keep data in; choose one with --data-dir");
    }
    return path(home).resolve(".local/state/orderflow");
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new CliException(ExitCode.USAGE, "'" + text + "' is not a folder's path", e);
    }
  }
}
