package orderflow.cli.deadletter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The lines of a file, which also tell whether the last one had an end. Not thread-safe. */
final class EndedLines implements AutoCloseable {
  private final InputStream file;
  private final byte[] buffer = new byte[64 * 1024];
  private int from;
  private int until;
  private long number;
  private boolean ended;

  EndedLines(InputStream file) {
    this.file = file;
  }

  /**
   * The next line without its end; null behind the last.
   *
   * @throws UncheckedIOException when it cannot be read
   */
  byte @Nullable [] next() {
    var line = new ByteArrayOutputStream();
    ended = false;
    while (!ended && fill()) {
      int end = from;
      while (end < until && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, from, end - from);
      ended = end < until;
      from = ended ? end + 1 : end;
    }
    if (!ended && line.size() == 0) {
      return null;
    }
    number++;
    return line.toByteArray();
  }

  /** Which line the last was that was read, from 1. */
  long number() {
    return number;
  }

  /** Whether it had an end. */
  boolean hadEnd() {
    return ended;
  }

  private boolean fill() {
    if (from < until) {
      return true;
    }
    try {
      from = 0;
      until = file.read(buffer);
      return until > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
