package orderflow.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The engine's reader, strict about chunked bodies, and lenient where the standard is. As it comes,
 * it searches for the end of a chunk's size line without a bound, takes signs in the size, and
 * skips the two bytes behind a chunk unseen; each of these lets two parsers disagree about where a
 * request ends.
 *
 * <p>The engine reads lines only for chunk sizes and the end of the last chunk, and buffers of a
 * given length only for bodies.
 */
final class StrictReader extends DataReader {
  private static final int MAX_LINE = 1024;
  private static final int MAX_TRAILERS = 64;

  private static final Pattern SIZE =
      Pattern.compile("([0-9A-Fa-f]{1,8})[ \\t]*(?:;[\\t -~\\x80-\\xff]*)?");
  private static final Pattern TRAILER =
      Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t -~\\x80-\\xff]*");

  private boolean chunked;
  private boolean ended;

  @SuppressWarnings("removal") // the factory that replaces it offers no way to override
  StrictReader(Supplier<byte[]> source) {
    super(source);
  }

  /** Whether the body read next is chunked. */
  void chunked(boolean value) {
    chunked = value;
    ended = false;
  }

  /**
   * A chunk's size, or the empty line that ends a body. Extensions and trailers are legal, and mean
   * nothing here.
   */
  @Override
  public String readLine() {
    if (ended) {
      skipTrailers();
      return "";
    }
    Matcher size = SIZE.matcher(line());
    if (!size.matches()) {
      throw Problems.malformed("a chunk size is not a number");
    }
    String digits = size.group(1);
    ended = digits.chars().allMatch(digit -> digit == '0');
    return digits;
  }

  private void skipTrailers() {
    int trailers = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (++trailers > MAX_TRAILERS || !TRAILER.matcher(line).matches()) {
        throw Problems.malformed("a trailer is not a field, or there are too many");
      }
    }
  }

  private String line() {
    int length = findNewLine(MAX_LINE + 1);
    if (length > MAX_LINE) {
      throw Problems.malformed("a line between chunks is too long");
    }
    String line = length == 0 ? "" : readAsciiString(length);
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
