package orderflow.cli.view;

import org.jline.utils.WCWidth;

/**
 * Measures text in columns of a terminal. Works on grapheme clusters: combining marks, flags and
 * surrogate pairs are never split.
 */
final class TextWidth {
  /** All characters before it take one column and do not combine. */
  private static final int FIRST_SPECIAL = 0x300;

  private TextWidth() {}

  /** The width of {@code text}. */
  static int of(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); i = next(text, i)) {
      columns += width(text, i);
    }
    return columns;
  }

  /** The end of the longest part of {@code text} from {@code start} that fits {@code columns}. */
  static int end(String text, int start, int columns) {
    int left = columns;
    int end = start;
    while (end < text.length() && width(text, end) <= left) {
      left -= width(text, end);
      end = next(text, end);
    }
    return end;
  }

  /** The end of the cluster at {@code start}. */
  static int next(String text, int start) {
    // A fast path: looking for clusters is slow.
    return isPlain(text, start) ? start + 1 : start + charCount(text, start);
  }

  private static int charCount(String text, int start) {
    return Math.max(1, WCWidth.charCountForGraphemeCluster(text, start));
  }

  private static int width(String text, int start) {
    return isPlain(text, start)
        ? 1
        : Math.max(0, WCWidth.wcwidthForGraphemeCluster(text, start)); // -1 is not printable
  }

  private static boolean isPlain(String text, int at) {
    return text.charAt(at) < FIRST_SPECIAL
        && text.charAt(at) >= ' '
        && (at + 1 == text.length() || text.charAt(at + 1) < FIRST_SPECIAL);
  }
}
