package orderflow.cli.prove.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import orderflow.cli.io.TemporaryFiles;
import org.jspecify.annotations.Nullable;

/** Where the histories of a run are: one file a scenario. */
public final class HistoryFolder {
  private static final String SUFFIX = ".ndjson";

  private final @Nullable Path folder;
  private final Clock clock;

  /**
   * @param folder that keeps them; null to keep only those of scenarios that did not pass, in the
   *     temporary folder
   */
  public HistoryFolder(@Nullable Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Opens the history of {@code scenario}. */
  public HistoryWriter open(String scenario) {
    Path file =
        folder == null
            ? TemporaryFiles.file("orderflow-history-" + scenario + "-", SUFFIX)
            : folder.resolve(scenario + SUFFIX);
    return HistoryWriter.open(file, clock.instant());
  }

  /**
   * Deletes a history that is not kept.
   *
   * @return whether it is kept
   */
  public boolean close(HistoryWriter history, boolean passed) {
    history.close();
    if (folder != null || !passed) {
      return true;
    }
    try {
      Files.deleteIfExists(history.file());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + history.file(), e);
    }
    return false;
  }
}
