package orderflow.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import orderflow.store.StoreException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionRunnerTest {
  @TempDir Path folder;

  private int connects;
  private boolean unreachable;
  private final Dialect dialect = new SqliteDialect(Path.of("store.db"));

  private TransactionRunner connection;

  @BeforeEach
  void open() {
    connection = new TransactionRunner(this::connect);
  }

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void sessionIsReplacedOnlyAfterFailuresThatMayBreakIt() {
    assertThrows(StoreException.class, () -> one("NONSENSE"));
    fail(new StoreException(Kind.BUSY, "locked"));
    fail(new StoreException(Kind.FULL, "full"));
    fail(new IllegalStateException("on purpose"));
    fail(new StackOverflowError());
    assertEquals(1, one("SELECT 1"));
    assertEquals(1, connects);
    fail(new StoreException(Kind.UNAVAILABLE, "disk I/O error"));
    assertEquals(1, one("SELECT 1"));
    assertEquals(2, connects);
  }

  @Test
  void sessionThatCannotBeginIsReplacedUnlessLocked() {
    failToBegin(new StoreException(Kind.BUSY, "locked"));
    assertEquals(1, one("SELECT 1"));
    assertEquals(1, connects);
    failToBegin(new StoreException(Kind.PERMANENT, "within a transaction"));
    assertEquals(1, one("SELECT 1"));
    assertEquals(2, connects);
    failToBegin(new OutOfMemoryError("simulated"));
    assertEquals(1, one("SELECT 1"));
    assertEquals(3, connects);
  }

  @Test
  void eachTransactionRetriesToConnect() {
    fail(new StoreException(Kind.UNAVAILABLE, "disk I/O error"));
    unreachable = true;
    assertThrows(StoreException.class, () -> one("SELECT 1"));
    assertThrows(StoreException.class, () -> one("SELECT 1"));
    unreachable = false;
    assertEquals(1, one("SELECT 1"));
  }

  private void fail(Throwable failure) {
    assertSame(
        failure,
        assertThrows(
            Throwable.class,
            () ->
                connection.transaction(
                    session -> session.control("BEGIN"),
                    tx -> {
                      throw sneaked(failure);
                    })));
  }

  private void failToBegin(Throwable failure) {
    assertSame(
        failure,
        assertThrows(
            Throwable.class,
            () ->
                connection.transaction(
                    session -> {
                      throw sneaked(failure);
                    },
                    tx -> 0)));
  }

  private static RuntimeException sneaked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  private long one(String sql) {
    return connection.transaction(
        session -> session.control("BEGIN"), tx -> tx.query(sql, row -> row.number(1)).getFirst());
  }

  private SqlSession connect() {
    if (unreachable) {
      throw new StoreException(Kind.UNAVAILABLE, "cannot open");
    }
    connects++;
    try {
      return new SqlSession(
          DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("db")), dialect);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }
}
