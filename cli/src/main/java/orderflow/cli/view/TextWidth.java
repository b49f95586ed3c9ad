package orderflow.cli.view;

import org.jline.utils.WCWidth;

/**
 * Measures text as a terminal shows it, a cluster of characters at a time: a base with its
 * combining marks, a flag, or the two halves of a surrogate pair are never taken apart.
 */
final class TextWidth {
  /** No character before it combines with the one before, or takes other than one column. */
  private static final int FIRST_SPECIAL = 0x300;

  private TextWidth() {}

  /** How many columns {@code text} takes. */
  static int of(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); i = next(text, i)) {
      columns += width(text, i);
    }
    return columns;
  }

  /**
   * Where the longest part of {@code text} ends that begins at {@code start} and takes at most
   * {@code columns}.
   */
  static int end(String text, int start, int columns) {
    int left = columns;
    int end = start;
    while (end < text.length() && width(text, end) <= left) {
      left -= width(text, end);
      end = next(text, end);
    }
    return end;
  }

  /** Where the cluster ends that begins at {@code start}. */
  static int next(String text, int start) {
    // Nearly all text is plain, and looking for clusters costs far more than this.
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
