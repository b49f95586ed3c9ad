package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** One object a line. */
final class NdjsonPrinter implements RowPrinter {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public void printAll(PrintWriter out, List<Map<String, Object>> rows) {
    rows.forEach(row -> out.println(JSON.writeValueAsString(row)));
  }
}
