package orderflow.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import orderflow.store.Store.Durability;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection with its prepared statements, which are kept because the program has only a few
 * dozen of them. Not thread-safe: its user holds the lock of the connection.
 */
final class SqlSession implements Tx {
  private static final Logger LOG = LoggerFactory.getLogger("Store");

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private Durability durability = Durability.SYNCED;

  private interface SqlCall<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  SqlSession(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  @Override
  public int update(String sql, @Nullable Object... arguments) {
    return translated(() -> bound(sql, arguments).executeUpdate());
  }

  @Override
  public long insert(String sql, @Nullable Object... arguments) {
    return query(sql, row -> row.number(1), arguments).getFirst();
  }

  @Override
  public <T> List<T> query(String sql, RowMapper<T> mapper, @Nullable Object... arguments) {
    List<T> rows = new ArrayList<>();
    each(sql, row -> rows.add(mapper.map(row)), arguments);
    return rows;
  }

  @Override
  public void each(String sql, Predicate<Row> visitor, @Nullable Object... arguments) {
    try (ResultSet results = bound(sql, arguments).executeQuery()) {
      var row = new ResultRow(results);
      boolean more = true;
      while (more && results.next()) {
        more = visitor.test(row);
      }
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  /** Runs a statement that is not worth preparing, with or without a result. */
  void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  /** Runs a frequent statement without a result. */
  void control(String sql) {
    translated(() -> prepared(sql).execute());
  }

  /** Applies from the next transaction on; a writer begins with SYNCED. */
  void durability(Durability wanted) {
    if (wanted != durability) {
      control(dialect.durability(wanted));
      durability = wanted;
    }
  }

  /** Never throws. */
  void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("Closing a connection failed: {}", e.getMessage());
    }
  }

  private <T extends @Nullable Object> T translated(SqlCall<T> call) {
    try {
      return call.run();
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object[] arguments) throws SQLException {
    PreparedStatement statement = prepared(sql);
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case null -> statement.setObject(i + 1, null);
        case String text -> statement.setString(i + 1, text);
        case Integer number -> statement.setInt(i + 1, number);
        case Long number -> statement.setLong(i + 1, number);
        case byte[] bytes -> statement.setBytes(i + 1, bytes);
        default -> throw new IllegalArgumentException("not a column value: " + arguments[i]);
      }
    }
    return statement;
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      LOG.trace("Prepares {}", sql);
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  private final class ResultRow implements Row {
    private final ResultSet results;

    ResultRow(ResultSet results) {
      this.results = results;
    }

    @Override
    public String text(int column) {
      String text = textOrNull(column);
      if (text == null) {
        throw new IllegalStateException("column " + column + " is null");
      }
      return text;
    }

    @Override
    public @Nullable String textOrNull(int column) {
      return translated(() -> results.getString(column));
    }

    @Override
    public long number(int column) {
      return translated(() -> results.getLong(column));
    }

    @Override
    public @Nullable Long numberOrNull(int column) {
      return translated(() -> {
        long number = results.getLong(column);
        return results.wasNull() ? null : number;
      });
    }

    @Override
    public byte[] bytes(int column) {
      byte[] bytes = translated(() -> results.getBytes(column));
      return bytes == null ? new byte[0] : bytes;
    }
  }
}
