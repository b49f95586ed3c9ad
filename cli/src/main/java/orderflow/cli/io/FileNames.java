package orderflow.cli.io;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Names of files and folders as they are typed. */
public final class FileNames {
  private FileNames() {}

  /**
   * @throws IllegalArgumentException for people: why it is none
   */
  public static Path parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty text is no name of a file");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          text.indexOf('\0') < 0
              ? "'" + text + "' has characters that this locale cannot name; LC_ALL=C.UTF-8 can"
              : "'" + text + "' is no name of a file",
          e);
    }
  }
}
