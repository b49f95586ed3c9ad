package orderflow.cli.view;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import orderflow.cli.io.CliContext;

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

  private RowPrinter printer(CliContext cli) {
    return switch (this) {
      case TABLE -> new TablePrinter(cli.columns());
      case JSON -> new JsonPrinter();
      case NDJSON -> new NdjsonPrinter();
      case CSV -> new CsvPrinter();
    };
  }

  /** Writes a list of results to where they go; all have the same fields in the same order. */
  public void printAll(CliContext cli, List<Map<String, Object>> rows) {
    printer(cli).printAll(cli.out(), rows);
    cli.out().flush();
  }

  /** Writes results to where they go, as they come. */
  public RowWriter rows(CliContext cli) {
    return printer(cli).rows(cli.out());
  }

  /** Writes a single result to where results go. */
  public void printOne(CliContext cli, Map<String, Object> row) {
    printer(cli).printOne(cli.out(), row);
    cli.out().flush();
  }

  /** Whether a person is to read it. */
  public boolean isHumanReadable() {
    return this == TABLE;
  }

  /** As it is named on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
