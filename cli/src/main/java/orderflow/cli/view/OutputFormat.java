package orderflow.cli.view;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import orderflow.cli.Surroundings;

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

  private RowPrinter printer(Surroundings surroundings) {
    return switch (this) {
      case TABLE -> new TablePrinter(surroundings.columns());
      case JSON -> new JsonPrinter();
      case NDJSON -> new NdjsonPrinter();
      case CSV -> new CsvPrinter();
    };
  }

  /** Writes a list of results to where they go; all have the same fields in the same order. */
  public void printAll(Surroundings surroundings, List<Map<String, Object>> rows) {
    printer(surroundings).printAll(surroundings.out(), rows);
    surroundings.out().flush();
  }

  /** Writes results to where they go, as they come. */
  public Rows rows(Surroundings surroundings) {
    return printer(surroundings).rows(surroundings.out());
  }

  /** Writes a single result to where results go. */
  public void printOne(Surroundings surroundings, Map<String, Object> row) {
    printer(surroundings).printOne(surroundings.out(), row);
    surroundings.out().flush();
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
