package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Columns for a list, one field a line for a single result. Control characters never get through.
 */
final class TablePrinter implements RowPrinter {
  private static final int MAX_CELL = 60;

  @Override
  public void printAll(PrintWriter out, List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(rows.getFirst().keySet());
    List<List<String>> lines = new ArrayList<>();
    lines.add(names);
    for (Map<String, Object> row : rows) {
      lines.add(names.stream().map(name -> cell(row.get(name))).toList());
    }
    int[] widths = new int[names.size()];
    for (List<String> line : lines) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], line.get(column).length());
      }
    }
    for (List<String> line : lines) {
      var text = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        text.append(line.get(column)).repeat(' ', widths[column] - line.get(column).length() + 2);
      }
      out.println(text.toString().stripTrailing());
    }
  }

  @Override
  public void printOne(PrintWriter out, Map<String, Object> row) {
    int width = row.keySet().stream().mapToInt(String::length).max().orElse(0);
    row.forEach(
        (name, value) -> out.println(name + " ".repeat(width - name.length() + 2) + cell(value)));
  }

  private static String cell(@Nullable Object value) {
    String text = Text.printable(value == null ? "-" : value.toString());
    return text.length() <= MAX_CELL ? text : text.substring(0, MAX_CELL - 1) + "…";
  }
}
