package orderflow.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * The engine's reader, strict about chunked bodies. As it comes, it searches for the end of a
 * chunk's size line without a bound, takes signs in the size, and skips the two bytes behind a
 * chunk unseen; each of these lets two parsers disagree about where a request ends.
 *
 * <p>The engine reads lines only for chunk sizes and the end of the last chunk, and buffers of a
 * given length only for bodies.
 */
final class StrictReader extends DataReader {
  private static final int MAX_SIZE_DIGITS = 8;

  private boolean chunked;

  @SuppressWarnings("removal") // the factory that replaces it offers no way to override
  StrictReader(Supplier<byte[]> source) {
    super(source);
  }

  /** Whether the body read next is chunked. */
  void chunked(boolean value) {
    chunked = value;
  }

  /** A chunk's size, or the empty line that ends a body: no extensions, no trailers. */
  @Override
  public String readLine() {
    int length = findNewLine(MAX_SIZE_DIGITS + 1);
    if (length > MAX_SIZE_DIGITS) {
      throw Problems.malformed("a chunk size line is too long");
    }
    String line = length == 0 ? "" : readAsciiString(length);
    if (!line.chars().allMatch(HexFormat::isHexDigit)) {
      throw Problems.malformed("a chunk size is not a number");
    }
    skip(2);
    return line;
  }

  @Override
  public BufferData readBuffer(int length) {
    BufferData data = super.readBuffer(length);
    if (chunked && !startsWithNewLine()) {
      throw Problems.malformed("a chunk is longer than its size");
    }
    return data;
  }
}
