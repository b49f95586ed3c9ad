package orderflow.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Text for a terminal. */
public final class Text {
  private Text() {}

  /**
   * {@code text} with everything that could move the cursor, colour the screen or turn the
   * direction of writing replaced by a visible escape.
   */
  public static String printable(String text) {
    var printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (Character.getType(c)) {
            case Character.CONTROL,
                Character.FORMAT,
                Character.SURROGATE,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR,
                Character.UNASSIGNED ->
                printable.append(String.format(Locale.ROOT, "\\u%04x", c));
            default -> printable.appendCodePoint(c);
          }
        });
    return printable.toString();
  }

  /**
   * {@code text} in lines of at most {@code width} characters, broken at blanks; a word that is
   * longer stays whole.
   */
  public static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** {@code 12,345}. */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A duration given in milliseconds, as {@code 0.8 ms}, {@code 12 ms}, {@code 1.25 s}. */
  public static String millis(double millis) {
    if (millis >= 1_000) {
      return String.format(Locale.ROOT, "%.2f s", millis / 1_000);
    }
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }
}
