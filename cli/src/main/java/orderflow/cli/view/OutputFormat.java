package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How results are written. */
public enum OutputFormat {
  /** Aligned columns, for people. */
  TABLE,
  /** One JSON document. */
  JSON,
  /** One JSON object a line. */
  NDJSON,
  /** RFC 4180, with a header line. */
  CSV;

  private RowPrinter printer() {
    return switch (this) {
      case TABLE -> new TablePrinter();
      case JSON -> new JsonPrinter();
      case NDJSON -> new NdjsonPrinter();
      case CSV -> new CsvPrinter();
    };
  }

  /** Writes a list of results; all have the same fields in the same order. */
  public void printAll(PrintWriter out, List<Map<String, Object>> rows) {
    printer().printAll(out, rows);
    out.flush();
  }

  /** Writes a single result. */
  public void printOne(PrintWriter out, Map<String, Object> row) {
    printer().printOne(out, row);
    out.flush();
  }

  /** Whether a person is to read it. */
  public boolean isForPeople() {
    return this == TABLE;
  }

  /** As it is named on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
