package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** One way to write results; a result is a map of field names to text, numbers, maps or lists. */
interface RowPrinter {
  RowWriter rows(PrintWriter out);

  default void printAll(PrintWriter out, List<Map<String, Object>> rows) {
    try (RowWriter printed = rows(out)) {
      rows.forEach(printed::print);
    }
  }

  default void printOne(PrintWriter out, Map<String, Object> row) {
    printAll(out, List.of(row));
  }
}
