package orderflow.store;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A running transaction. SQL is written with {@code ?} for arguments, which are {@link String},
 * {@link Integer}, {@link Long}, {@code byte[]} or null. Valid only inside its {@link Store.Work}.
 */
public interface Tx {
  /**
   * Runs one statement.
   *
   * @return how many rows it changed
   * @throws StoreException when the database fails
   */
  int update(String sql, @Nullable Object... arguments);

  /**
   * Inserts one row.
   *
   * @param sql ends with {@code RETURNING} and a number's column
   * @return that number
   * @throws StoreException when the database fails
   */
  long insert(String sql, @Nullable Object... arguments);

  /**
   * Returns all rows of a query, so bound it with {@code LIMIT}.
   *
   * @throws StoreException when the database fails
   */
  <T> List<T> query(String sql, RowMapper<T> mapper, @Nullable Object... arguments);

  /**
   * Visits rows until {@code visitor} returns false.
   *
   * @throws StoreException when the database fails
   */
  void each(String sql, Predicate<Row> visitor, @Nullable Object... arguments);

  /** Converts a row to a value. */
  @FunctionalInterface
  interface RowMapper<T> {
    T map(Row row);
  }

  /** The current row; columns count from 1. */
  interface Row {
    String text(int column);

    @Nullable String textOrNull(int column);

    long number(int column);

    @Nullable Long numberOrNull(int column);

    byte[] bytes(int column);
  }
}
