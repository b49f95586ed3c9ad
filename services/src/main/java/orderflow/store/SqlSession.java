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
 * dozen of them. Not thread-safe: whoever uses it holds its lock.
 */
final class SqlSession implements Tx {
  private static final Logger LOG = LoggerFactory.getLogger("Store");

  private final Connection connection;
  private final Dialect dialect;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private Durability durability = Durability.SYNCED;

  SqlSession(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  @Override
  public int update(String sql, @Nullable Object... arguments) {
    try {
      return bound(sql, arguments).executeUpdate();
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
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
      while (results.next()) {
        if (!visitor.test(row)) {
          return;
        }
      }
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  /** Runs a statement that is not worth keeping, whether it answers rows or not. */
  void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  /** Runs a statement that comes back often and answers nothing. */
  void control(String sql) {
    try {
      prepared(sql).execute();
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  /** From the next transaction on; a session that was set up to write begins with SYNCED. */
  void durability(Durability wanted) {
    if (wanted != durability) {
      control(dialect.durability(wanted));
      durability = wanted;
    }
  }

  /** Never throws: what is given up must not be in the way of what takes its place. */
  void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("Closing a connection failed: {}", e.getMessage());
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object[] arguments) throws SQLException {
    PreparedStatement statement = prepared(sql);
    for (int i = 0; i < arguments.length; i++) {
      int parameter = i + 1;
      switch (arguments[i]) {
        case null -> statement.setObject(parameter, null);
        case String text -> statement.setString(parameter, text);
        case Integer number -> statement.setInt(parameter, number);
        case Long number -> statement.setLong(parameter, number);
        case byte[] bytes -> statement.setBytes(parameter, bytes);
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
      try {
        return results.getString(column);
      } catch (SQLException e) {
        throw dialect.translate(e);
      }
    }

    @Override
    public long number(int column) {
      try {
        return results.getLong(column);
      } catch (SQLException e) {
        throw dialect.translate(e);
      }
    }

    @Override
    public @Nullable Long numberOrNull(int column) {
      try {
        long number = results.getLong(column);
        return results.wasNull() ? null : number;
      } catch (SQLException e) {
        throw dialect.translate(e);
      }
    }

    @Override
    public byte[] bytes(int column) {
      try {
        byte[] bytes = results.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
      } catch (SQLException e) {
        throw dialect.translate(e);
      }
    }
  }
}
