package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** RFC 4180; what is not text or a number stands as JSON in its cell. */
final class CsvPrinter implements RowPrinter {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public RowWriter rows(PrintWriter out) {
    return new RowWriter() {
      private boolean begun;

      @Override
      public void print(Map<String, Object> row) {
        if (!begun) {
          begun = true;
          out.println(line(row.keySet()));
        }
        out.println(line(row.values()));
      }

      @Override
      public void close() {}
    };
  }

  private static String line(Collection<?> cells) {
    return cells.stream().map(CsvPrinter::cell).collect(Collectors.joining(","));
  }

  private static String cell(@Nullable Object value) {
    String text =
        switch (value) {
          case null -> "";
          case Map<?, ?> map -> JSON.writeValueAsString(map);
          case List<?> list -> JSON.writeValueAsString(list);
          case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
          default -> value.toString();
        };
    boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
