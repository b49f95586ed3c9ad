package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Prints a list in columns and a single result with one field per line, without control characters.
 * Names are not cut so that users can copy them; numbers and times are not cut because the rest
 * would be another number or time.
 */
final class Table {
  /** The formats for programs have the complete text. */
  private static final int MAX_CELL = 500;

  private static final int MIN_CELL = 8;
  private static final String GAP = "  ";
  private static final Set<String> NAMES =
      Set.of("id", "name", "option", "queue", "exchange", "routing_key", "dead_letters");

  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");

  private final int columns;

  /**
   * @param columns of the terminal; 0 for unlimited
   */
  Table(int columns) {
    this.columns = columns;
  }

  void printAll(PrintWriter out, List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(rows.getFirst().keySet());
    List<List<String>> lines = new ArrayList<>();
    lines.add(names);
    for (Map<String, Object> row : rows) {
      lines.add(names.stream().map(name -> cell(name, row.get(name))).toList());
    }
    int[] widths = new int[names.size()];
    for (List<String> line : lines) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], Text.columns(line.get(column)));
      }
    }
    if (fit(widths, names, rows)) {
      lines.forEach(line -> printLine(out, line, widths));
    } else {
      for (int row = 0; row < rows.size(); row++) {
        if (row > 0) {
          out.println();
        }
        printOne(out, rows.get(row));
      }
    }
  }

  /** Narrows the widest columns; returns whether all fit. */
  private boolean fit(int[] widths, List<String> names, List<Map<String, Object>> rows) {
    int over = IntStream.of(widths).sum() + GAP.length() * (widths.length - 1) - columns;
    if (columns == 0 || over <= 0) {
      return true;
    }
    List<Boolean> uncut =
        names.stream()
            .map(name -> rows.stream().anyMatch(row -> isUncut(name, row.get(name))))
            .toList();
    while (over > 0) {
      int widest = -1;
      for (int column = 0; column < widths.length; column++) {
        if (!uncut.get(column)
            && widths[column] > MIN_CELL
            && (widest < 0 || widths[column] > widths[widest])) {
          widest = column;
        }
      }
      if (widest < 0) {
        return false;
      }
      widths[widest]--;
      over--;
    }
    return true;
  }

  private static void printLine(PrintWriter out, List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(Text.padded(Text.cut(cells.get(column), widths[column]), widths[column]))
          .append(GAP);
    }
    out.println(line.toString().stripTrailing());
  }

  void printOne(PrintWriter out, Map<String, Object> row) {
    int width = row.keySet().stream().mapToInt(Text::columns).max().orElse(0);
    row.forEach((name, value) -> {
      String head = Text.padded(name, width) + GAP;
      String cell = cell(name, value);
      (isUncut(name, value)
              ? Text.wrapBeside(head, cell, columns)
              : Text.foldBeside(head, cell, columns))
          .forEach(out::println);
    });
  }

  private static String cell(String name, @Nullable Object value) {
    String text = Text.printable(value == null ? "-" : value.toString());
    return isName(name) ? text : Text.cut(text, MAX_CELL);
  }

  private static boolean isUncut(String field, @Nullable Object value) {
    return isName(field)
        || value instanceof Number
        || (value instanceof String text && TIME.matcher(text).matches());
  }

  private static boolean isName(String field) {
    return field.endsWith("_id") || NAMES.contains(field);
  }
}
