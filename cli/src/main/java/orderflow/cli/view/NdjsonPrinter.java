package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.Map;

/** One object a line. */
final class NdjsonPrinter implements RowPrinter {
  @Override
  public RowWriter rows(PrintWriter out) {
    return new RowWriter() {
      @Override
      public void print(Map<String, Object> row) {
        NonClosingJson.MAPPER.writeValue(out, row);
        out.println();
      }

      @Override
      public void close() {}
    };
  }
}
