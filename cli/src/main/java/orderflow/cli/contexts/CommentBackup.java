package orderflow.cli.contexts;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What people wrote into the file of contexts for themselves, which is lost when it is changed. */
final class CommentBackup {
  private static final int MOST_COPIES = 99;

  private CommentBackup() {}

  /** Whether a file, which must be TOML if it is there, has comments that are not our own. */
  static boolean in(Path file) throws IOException {
    return Files.exists(file) && inToml(ConfigText.of(file));
  }

  static boolean inToml(String text) {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        String comment = text.substring(at, end < 0 ? text.length() : end).stripTrailing();
        if (!comment.equals(Contexts.HEAD)) {
          return true;
        }
        at += comment.length();
      } else {
        at = c == '"' || c == '\'' ? behindString(text, at, c) : at + 1;
      }
    }
    return false;
  }

  private static int behindString(String text, int start, char quote) {
    String thrice = String.valueOf(quote).repeat(3);
    String end = text.startsWith(thrice, start) ? thrice : String.valueOf(quote);
    int at = start + end.length();
    while (at < text.length() && !text.startsWith(end, at)) {
      at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
    }
    at += end.length();
    // A long string may end in up to two quotes of its own.
    while (end.length() > 1 && at < text.length() && text.charAt(at) == quote) {
      at++;
    }
    return at;
  }

  /**
   * Copies the file to one beside it that is new, as another may hold comments of earlier on. Like
   * the file itself it is for its owner alone.
   *
   * @throws ConfigException when there are too many copies
   */
  static Path copy(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    for (int n = 1; n <= MOST_COPIES; n++) {
      Path copy = Contexts.beside(file, n == 1 ? ".bak" : ".bak" + n);
      try {
        Files.createFile(copy, PosixFilePermissions.asFileAttribute(Contexts.OWN_FILE));
      } catch (FileAlreadyExistsException e) {
        continue;
      }
      try {
        return Files.write(copy, content);
      } catch (IOException e) {
        Files.deleteIfExists(copy);
        throw e;
      }
    }
    throw new ConfigException(
        "%s cannot be written: there are %d copies of its comments already; remove some"
            .formatted(file, MOST_COPIES),
        null);
  }
}
