package orderflow.cli.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Files and folders in the temporary folder of this machine, which only this user can read. */
public final class TemporaryFiles {
  private TemporaryFiles() {}

  /**
   * A new, empty folder.
   *
   * @throws CliException with the cause and the cure when the temporary folder cannot be used
   */
  public static Path folder(String prefix) {
    return in(() -> Files.createTempDirectory(prefix));
  }

  /**
   * A new, empty file.
   *
   * @throws CliException with the cause and the cure when the temporary folder cannot be used
   */
  public static Path file(String prefix, String suffix) {
    return in(() -> Files.createTempFile(prefix, suffix));
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  @FunctionalInterface
  private interface Creation {
    Path create() throws IOException;
  }

  private static Path in(Creation creation) {
    try {
      return creation.create();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE,
          ("the temporary folder %s cannot be used: %s; make it writable (docker run --tmpfs /tmp),"
                  + " or name another one with ORDERFLOW_JAVA_OPTS=-Djava.io.tmpdir=DIR")
              .formatted(System.getProperty("java.io.tmpdir"), cause(e)),
          e);
    }
  }

  private static String cause(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "it does not exist";
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      case IOException failure when failure.getMessage() != null -> failure.getMessage();
      default -> e.toString();
    };
  }
}
