package orderflow.cli.io;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths of files and folders on the command line. */
public final class FileNames {
  private FileNames() {}

  /**
   * @throws IllegalArgumentException with a message for users when {@code text} is not a path
   */
  public static Path parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("'' is not a valid path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          text.indexOf('\0') < 0
              ? "'" + text + "' has characters that the locale does not support; set LC_ALL=C.UTF-8"
              : "'" + text + "' is not a valid path",
          e);
    }
  }
}
