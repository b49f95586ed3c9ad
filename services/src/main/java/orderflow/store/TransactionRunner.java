package orderflow.store;

import java.util.function.Consumer;
import java.util.function.Supplier;
import orderflow.store.Store.Work;
import orderflow.store.StoreException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions on one session, and reconnects after a failure that may have broken it. Not
 * thread-safe: its user holds the lock of the connection.
 */
final class TransactionRunner {
  private static final Logger LOG = LoggerFactory.getLogger("Store");

  private final Supplier<SqlSession> connect;
  private SqlSession session;
  private boolean broken;

  /**
   * @param connect opens a session that is set up
   * @throws StoreException when it cannot connect
   */
  TransactionRunner(Supplier<SqlSession> connect) {
    this.connect = connect;
    this.session = connect.get();
  }

  /**
   * Runs {@code work} and commits; on an exception it rolls back and throws the same.
   *
   * @param begin begins the transaction
   * @throws StoreException when the database fails
   */
  <T> T transaction(Consumer<SqlSession> begin, Work<T> work) {
    SqlSession running = session();
    broken = true; // until the transaction has ended, whatever is thrown
    try {
      begin.accept(running);
    } catch (StoreException e) {
      broken = e.kind() != Kind.BUSY; // a locked database does not break the session
      throw e;
    }
    try {
      T result = work.run(running);
      running.control("COMMIT");
      broken = false;
      return result;
    } catch (StoreException e) {
      broken = !rollBack(running) || e.kind() == Kind.UNAVAILABLE;
      throw e;
    } catch (RuntimeException | Error e) {
      broken = !rollBack(running);
      throw e;
    }
  }

  /** The session, reconnected if it is broken. */
  SqlSession session() {
    if (broken) {
      session.close();
      session = connect.get();
      broken = false;
    }
    return session;
  }

  void close() {
    session.close();
  }

  /** Closes the session; the next transaction runs on a new one. */
  void disconnect() {
    session.close();
    broken = true;
  }

  /** After some errors the database has rolled back already; rolling back then fails. */
  private static boolean rollBack(SqlSession running) {
    try {
      running.control("ROLLBACK");
      return true;
    } catch (StoreException e) {
      LOG.debug("Rolling back failed ({}); reconnecting", e.detail());
      return false;
    }
  }
}
