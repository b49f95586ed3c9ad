package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.Map;

/** One object a line. */
final class NdjsonPrinter implements RowPrinter {
  @Override
  public Rows rows(PrintWriter out) {
    return new Rows() {
      @Override
      public void print(Map<String, Object> row) {
        LentJson.MAPPER.writeValue(out, row);
        out.println();
      }

      @Override
      public void close() {}
    };
  }
}
