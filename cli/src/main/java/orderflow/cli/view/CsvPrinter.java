package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** RFC 4180; what is not text or a number stands as JSON in its cell. */
final class CsvPrinter implements RowPrinter {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public void printAll(PrintWriter out, List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    out.println(
        rows.getFirst().keySet().stream().map(CsvPrinter::cell).collect(Collectors.joining(",")));
    for (Map<String, Object> row : rows) {
      out.println(row.values().stream().map(CsvPrinter::cell).collect(Collectors.joining(",")));
    }
  }

  private static String cell(@Nullable Object value) {
    String text =
        switch (value) {
          case null -> "";
          case Map<?, ?> map -> JSON.writeValueAsString(map);
          case List<?> list -> JSON.writeValueAsString(list);
          default -> value.toString();
        };
    boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
