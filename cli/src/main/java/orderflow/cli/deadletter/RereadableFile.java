package orderflow.cli.deadletter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import orderflow.cli.io.TemporaryFiles;

/**
 * A file that can be read more than once.
 *
 * @param file itself; of a pipe, a temporary copy that only this user can read
 */
public record RereadableFile(Path file, boolean isCopy) implements AutoCloseable {
  /**
   * Reads a pipe to its end.
   *
   * @throws IOException when it cannot be read or copied
   * @throws orderflow.cli.io.CliException when the temporary folder cannot be used
   */
  public static RereadableFile of(Path source) throws IOException {
    if (Files.isRegularFile(source)) {
      return new RereadableFile(source, false);
    }
    try (InputStream in = Files.newInputStream(source)) {
      var copy =
          new RereadableFile(TemporaryFiles.file("orderflow-dead-letters-", ".ndjson"), true);
      try (OutputStream out = Files.newOutputStream(copy.file())) {
        in.transferTo(out);
        return copy;
      } catch (IOException | RuntimeException e) {
        copy.close();
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (isCopy) {
      Files.deleteIfExists(file);
    }
  }
}
