package orderflow.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jline.utils.AttributedString;

/** Formats text for a terminal. */
public final class Text {
  /** All characters before it take one column and do not combine. */
  private static final int FIRST_COMBINING = 0x300;

  private static final int WIDEST_CLUSTER = 2;
  private static final int MIN_ROOM = 12;

  private Text() {}

  /** Replaces control and formatting characters by visible escapes. */
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

  /** The width of {@code text} in columns. */
  public static int columns(String text) {
    // A fast path: looking for grapheme clusters is slow.
    return text.chars().allMatch(c -> c >= ' ' && c < FIRST_COMBINING)
        ? text.length()
        : new AttributedString(text).columnLength();
  }

  /** Appends spaces up to {@code columns}. */
  public static String padded(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - columns(text)));
  }

  /** Cuts {@code text} to {@code columns}, with a {@code …} at the end. */
  public static String cut(String text, int columns) {
    return columns(text) <= columns ? text : start(text, Math.max(0, columns - 1)) + "…";
  }

  /** Breaks {@code text} at spaces into lines of {@code columns}; longer words stay whole. */
  public static List<String> wrap(String text, int columns) {
    return fill(List.of(text.split(" ", -1)), " ", columns);
  }

  /** Like {@link #wrap}, but breaks longer words. */
  static List<String> fold(String text, int columns) {
    List<String> pieces = new ArrayList<>();
    for (String line : wrap(text, columns)) {
      String rest = line;
      do {
        String piece = start(rest, columns);
        piece = piece.isEmpty() ? start(rest, WIDEST_CLUSTER) : piece;
        pieces.add(piece);
        rest = piece.isEmpty() ? "" : rest.substring(piece.length());
      } while (!rest.isEmpty());
    }
    return pieces;
  }

  /** The longest start of {@code text} that fits, with whole grapheme clusters. */
  private static String start(String text, int columns) {
    String fitting = new AttributedString(text).columnSubSequence(0, columns).toString();
    return text.substring(0, text.indexOf(fitting) + fitting.length());
  }

  /** Joins {@code parts} by {@code gap} in lines of {@code columns}; parts stay whole. */
  public static List<String> fill(List<String> parts, String gap, int columns) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder();
    int used = 0;
    for (String part : parts) {
      int more = columns(part);
      if (used > 0 && more > columns - used - gap.length()) {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
        used = 0;
      }
      if (used > 0) {
        line.append(gap);
        used += gap.length();
      }
      line.append(part);
      used += more;
    }
    lines.add(line.toString());
    return lines;
  }

  /**
   * Wraps {@code text} to the right of {@code head}, or below it where there is too little room.
   * Words stay whole so that users can copy ids.
   *
   * @param columns 0 for one line of any length
   */
  public static List<String> wrapBeside(String head, String text, int columns) {
    return wrapBeside(head, columns, room -> wrap(text, room));
  }

  /** Like {@link #wrapBeside}, but breaks longer words. */
  public static List<String> foldBeside(String head, String text, int columns) {
    return wrapBeside(head, columns, room -> fold(text, room));
  }

  /** Like {@link #wrapBeside} for {@code parts}, as in {@link #fill}. */
  public static List<String> fillBeside(String head, List<String> parts, String gap, int columns) {
    return wrapBeside(head, columns, room -> fill(parts, gap, room));
  }

  private static List<String> wrapBeside(
      String head, int columns, IntFunction<List<String>> within) {
    int left = columns(head);
    int room = columns == 0 ? Integer.MAX_VALUE : columns - left;
    List<String> right = room < 1 ? List.of() : within.apply(room);
    boolean fits =
        !right.isEmpty()
            && (right.size() == 1 || room >= MIN_ROOM)
            && right.stream().allMatch(line -> columns(line) <= room);
    int indent = head.length() - head.stripLeading().length() + (head.isBlank() ? 0 : 2);
    List<String> lines = new ArrayList<>();
    if (fits) {
      lines.add(head + right.getFirst());
      right.stream().skip(1).forEach(line -> lines.add(" ".repeat(left) + line));
    } else {
      if (!head.isBlank()) {
        lines.add(head.stripTrailing());
      }
      within
          .apply(Math.max(1, columns - indent))
          .forEach(line -> lines.add(" ".repeat(indent) + line));
    }
    return lines;
  }

  /** {@code 12,345}. */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Milliseconds as {@code 0.8 ms}, {@code 12 ms} or {@code 1.25 s}. */
  public static String millis(double millis) {
    if (millis >= 1_000) {
      return String.format(Locale.ROOT, "%.2f s", millis / 1_000);
    }
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
  }
}
