package orderflow.cli.view;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import orderflow.cli.io.CliContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.json.JsonMapper;

/** The format of results. */
public enum OutputFormat {
  /** Aligned columns for a list, one field per line for a single result. */
  TABLE,
  /** One document: an array for a list, an object for a single result. */
  JSON,
  /** One JSON object per line. */
  NDJSON,
  /** RFC 4180 with a header line; maps and lists as JSON. */
  CSV;

  /** Writes a list of results. */
  public void printAll(CliContext cli, List<Map<String, Object>> rows) {
    try (RowWriter writer = rows(cli)) {
      rows.forEach(writer::print);
    }
    cli.out().flush();
  }

  /** Writes a single result. */
  public void printOne(CliContext cli, Map<String, Object> row) {
    switch (this) {
      case TABLE -> new Table(cli.columns()).printOne(cli.out(), row);
      case JSON -> {
        NonClosingJson.INDENTED.writeValue(cli.out(), row);
        cli.out().println();
      }
      case NDJSON, CSV -> printAll(cli, List.of(row));
    }
    cli.out().flush();
  }

  /** Writes results as they come. */
  public RowWriter rows(CliContext cli) {
    PrintWriter out = cli.out();
    return switch (this) {
      case TABLE -> new TableRows(new Table(cli.columns()), out, new ArrayList<>());
      case JSON -> new JsonRows(out, NonClosingJson.INDENTED.writer().writeValuesAsArray(out));
      case NDJSON ->
          row -> {
            NonClosingJson.MAPPER.writeValue(out, row);
            out.println();
          };
      case CSV -> new CsvRows(out);
    };
  }

  /** Whether the format is for users, not for programs. */
  public boolean isHumanReadable() {
    return this == TABLE;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The widths of columns depend on all rows. */
  private record TableRows(Table table, PrintWriter out, List<Map<String, Object>> all)
      implements RowWriter {
    @Override
    public void print(Map<String, Object> row) {
      all.add(row);
    }

    @Override
    public void close() {
      table.printAll(out, all);
    }
  }

  private record JsonRows(PrintWriter out, SequenceWriter array) implements RowWriter {
    @Override
    public void print(Map<String, Object> row) {
      array.write(row);
    }

    @Override
    public void close() {
      array.close();
      out.println();
    }
  }

  private static final class CsvRows implements RowWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private final PrintWriter out;
    private boolean hasHeader;

    CsvRows(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void print(Map<String, Object> row) {
      if (!hasHeader) {
        hasHeader = true;
        out.println(line(row.keySet()));
      }
      out.println(line(row.values()));
    }

    private static String line(Collection<?> cells) {
      return cells.stream().map(CsvRows::cell).collect(Collectors.joining(","));
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
}
