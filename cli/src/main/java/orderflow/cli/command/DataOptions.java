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

/** Options for data and logs of services and the broker. */
final class DataOptions {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder for the data (default: orderflow in the XDG state folder).")
  private @Nullable String dataDir;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description =
          "Format of the logs on stderr: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "text")
  private LogFormat logFormat = LogFormat.TEXT;

  LogFormat logFormat() {
    return logFormat;
  }

  Path dataDir(CliContext cli) {
    return dataDir == null ? stateFolder(cli) : path(dataDir);
  }

  /**
   * The default folder for data.
   *
   * @throws CliException without a home folder
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
          ExitCode.USAGE, "no home folder for the data; choose a folder with --data-dir");
    }
    return path(home).resolve(".local/state/orderflow");
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new CliException(ExitCode.USAGE, "'" + text + "' is not a valid path", e);
    }
  }
}
