package orderflow.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import orderflow.store.StoreException.Kind;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** Holds the write lock of an SQLite database, as a program that writes to it. For fault tests. */
public final class SqliteWriteLock implements AutoCloseable {
  private static final int BUSY_MILLIS = 10_000;

  private final Connection connection;

  private SqliteWriteLock(Connection connection) {
    this.connection = connection;
  }

  /**
   * Takes the lock of {@code database} and changes nothing.
   *
   * @throws StoreException when the database is missing, or another program holds the lock
   */
  public static SqliteWriteLock of(Path database) {
    NativeLibrary.load();
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    try {
      Connection connection = config.createConnection("jdbc:sqlite:" + database);
      var lock = new SqliteWriteLock(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        return lock;
      } catch (SQLException e) {
        lock.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreException(
          Kind.UNAVAILABLE, database + " cannot be locked: " + e.getMessage(), e);
    }
  }

  /** Releases the lock: closing the connection rolls its empty transaction back. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreException(Kind.UNAVAILABLE, "unlocking failed: " + e.getMessage(), e);
    }
  }
}
