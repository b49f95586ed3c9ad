package orderflow.cli.deadletter;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import orderflow.cli.io.CliException;
import orderflow.cli.io.TemporaryFiles;

/**
 * A file that can be read more than once: itself, or a copy where it is a pipe or the like, which
 * only this user can read and which is gone once this is closed.
 */
public final class RereadableFile implements AutoCloseable {
  private final Path file;
  private final boolean isCopy;

  private RereadableFile(Path file, boolean isCopy) {
    this.file = file;
    this.isCopy = isCopy;
  }

  /**
   * Reads a pipe to its end.
   *
   * @throws IOException when it cannot be read, or copied
   * @throws CliException when the temporary folder cannot be used
   */
  public static RereadableFile of(Path source) throws IOException {
    if (Files.isRegularFile(source)) {
      return new RereadableFile(source, false);
    }
    try (InputStream in = Files.newInputStream(source)) {
      var spool = new RereadableFile(TemporaryFiles.file("orderflow-letters-", ".ndjson"), true);
      try (var out = new BufferedOutputStream(Files.newOutputStream(spool.file()))) {
        in.transferTo(out);
        return spool;
      } catch (IOException | RuntimeException e) {
        spool.close();
        throw e;
      }
    }
  }

  /** What to read. */
  public Path file() {
    return file;
  }

  @Override
  public void close() throws IOException {
    if (isCopy) {
      Files.deleteIfExists(file);
    }
  }
}
