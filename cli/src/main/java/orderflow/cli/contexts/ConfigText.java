package orderflow.cli.contexts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of contexts as text. */
final class ConfigText {
  private static final int LIMIT = 1 << 20;

  private ConfigText() {}

  /**
   * A program's output, as a shell hands it over, is read too; without end it may not be.
   *
   * @throws ConfigException when it is too long, or not UTF-8
   */
  static String of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new ConfigException(
            file + " cannot be read: it has more than " + LIMIT + " bytes", null);
      }
      String text = decoded(file, bytes);
      return text.startsWith("\ufeff") ? text.substring(1) : text; // as some editors begin files
    }
  }

  private static String decoded(Path file, byte[] bytes) {
    CharBuffer text = CharBuffer.allocate(bytes.length);
    boolean broken = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true).isError();
    String read = text.flip().toString();
    if (broken) {
      long line = read.chars().filter(c -> c == '\n').count() + 1;
      int column = read.length() - read.lastIndexOf('\n');
      throw new ConfigException(file + ":" + line + ":" + column + ": this is not UTF-8", null);
    }
    return read;
  }
}
