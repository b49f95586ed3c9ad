package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One document: an object for a single result, an array for a list. */
final class JsonPrinter implements RowPrinter {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Override
  public void printAll(PrintWriter out, List<Map<String, Object>> rows) {
    out.println(JSON.writeValueAsString(rows));
  }

  @Override
  public void printOne(PrintWriter out, Map<String, Object> row) {
    out.println(JSON.writeValueAsString(row));
  }
}
