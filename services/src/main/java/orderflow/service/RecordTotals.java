package orderflow.service;

import java.util.ArrayList;
import java.util.List;
import orderflow.store.Tx;

/**
 * The number of records in a service's tables by status, updated by triggers: counting millions of
 * rows takes seconds, and a counter in memory restarts at 0.
 */
public final class RecordTotals {
  private RecordTotals() {}

  /**
   * A step of the schema.
   *
   * @param tables each from {@link #of}
   */
  public static List<String> schema(List<List<String>> tables) {
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE record_totals (result TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID");
    tables.forEach(statements::addAll);
    return statements;
  }

  /**
   * Counts a table whose rows are never deleted.
   *
   * @param status a column, or a literal in quotes
   * @param results all its possible values
   */
  public static List<String> of(String table, String status, List<String> results) {
    boolean column = !status.startsWith("'");
    List<String> statements = new ArrayList<>();
    for (String result : results) {
      statements.add(
          "INSERT INTO record_totals SELECT '%s', count(*) FROM %s WHERE %s = '%s'"
              .formatted(result, table, status, result));
    }
    statements.add(
        "CREATE TRIGGER %s_counted AFTER INSERT ON %s BEGIN UPDATE record_totals SET n = n + 1 WHERE result = %s; END"
            .formatted(table, table, column ? "new." + status : status));
    if (column) {
      statements.add(
          """
          CREATE TRIGGER %1$s_recounted AFTER UPDATE OF %2$s ON %1$s WHEN new.%2$s <> old.%2$s BEGIN
            UPDATE record_totals SET n = n - 1 WHERE result = old.%2$s;
            UPDATE record_totals SET n = n + 1 WHERE result = new.%2$s;
          END
          """
              .formatted(table, status));
    }
    return statements;
  }

  /** The number of records with that status. */
  public static long read(Tx tx, String result) {
    return tx
        .query("SELECT n FROM record_totals WHERE result = ?", row -> row.number(1), result)
        .stream()
        .findFirst()
        .orElse(0L);
  }
}
