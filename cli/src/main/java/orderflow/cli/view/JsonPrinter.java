package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.Map;
import tools.jackson.databind.SequenceWriter;

/** One document: an object for a single result, an array for a list. */
final class JsonPrinter implements RowPrinter {
  @Override
  public RowWriter rows(PrintWriter out) {
    SequenceWriter array = NonClosingJson.INDENTED.writer().writeValuesAsArray(out);
    return new RowWriter() {
      @Override
      public void print(Map<String, Object> row) {
        array.write(row);
      }

      @Override
      public void close() {
        array.close();
        out.println();
      }
    };
  }

  @Override
  public void printOne(PrintWriter out, Map<String, Object> row) {
    NonClosingJson.INDENTED.writeValue(out, row);
    out.println();
  }
}
