package orderflow.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * The real SQL on the real SQLite, with memory in place of the file: SQLite decides the result of
 * each transaction, and this class decides which commits a power cut loses. A relaxed transaction
 * stays a savepoint until the next synced one commits them all, like the write-ahead log; a power
 * cut rolls the last of them back. Used instead of a file because a simulation makes thousands of
 * stores a minute, and because a file cannot lose power on demand. Not thread-safe.
 */
public final class MemoryStore implements Store {
  private final SqlSession session;
  private int relaxed;

  public MemoryStore(Schema schema) {
    var dialect = new SqliteDialect(Path.of("memory"));
    try {
      session =
          new SqlSession(new SQLiteConfig().createConnection("jdbc:sqlite::memory:"), dialect);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
    schema.steps().forEach(step -> step.forEach(session::run));
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    session.control("SAVEPOINT w");
    boolean done = false;
    try {
      T result = work.run(session);
      done = true;
      return result;
    } finally {
      if (!done) {
        session.control("ROLLBACK TO w");
        session.control("RELEASE w");
      } else if (durability == Durability.SYNCED) {
        if (relaxed > 0) {
          session.control("COMMIT");
        } else {
          session.control("RELEASE w");
        }
        relaxed = 0;
      } else {
        relaxed++;
      }
    }
  }

  @Override
  public <T> T read(Work<T> work) {
    return work.run(session);
  }

  /** The number of transactions that a power cut may lose. */
  public int unsynced() {
    return relaxed;
  }

  /** Rolls back the last {@code lost} relaxed transactions. */
  public void cutPower(int lost) {
    for (int i = 0; i < lost; i++) {
      session.control("ROLLBACK TO w");
      session.control("RELEASE w");
      relaxed--;
    }
  }

  /** Empties every table, for another run. */
  public void clear() {
    if (relaxed > 0) {
      session.control("COMMIT");
      relaxed = 0;
    }
    List<String> tables =
        session.query("SELECT name FROM sqlite_master WHERE type = 'table'", row -> row.text(1));
    for (String table : tables) {
      session.update("DELETE FROM " + table);
    }
  }

  @Override
  public void probe() {}

  @Override
  public void check() {}

  @Override
  public void close() {
    session.close();
  }
}
