package orderflow.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.LogFormat;
import orderflow.cli.Surroundings;
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
  Path dataDir(Surroundings surroundings) {
    return dataDir == null ? stateFolder(surroundings) : path(dataDir);
  }

  /**
   * Where what is kept from one run to the next is by itself.
   *
   * @throws CommandFailure when this process has no home
   */
  static Path stateFolder(Surroundings surroundings) {
    var environment = surroundings.environment();
    Optional<Path> state = surroundings.xdgFolder("XDG_STATE_HOME");
    if (state.isPresent()) {
      return state.get().resolve("orderflow");
    }
    String home = environment.getOrDefault("HOME", "");
    if (home.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "there is no home folder to keep data in; choose one with --data-dir");
    }
    return path(home).resolve(".local/state/orderflow");
  }

  private static Path path(String text) {
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new CommandFailure(ExitCode.USAGE, "'" + text + "' is not a folder's path", e);
    }
  }
}
