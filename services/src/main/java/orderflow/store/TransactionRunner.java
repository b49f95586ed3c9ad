package orderflow.store;

import java.util.function.Consumer;
import java.util.function.Supplier;
import orderflow.store.Store.Work;
import orderflow.store.StoreException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions on one session, and takes a new session after a failure that may have cost the
 * old one. Not thread-safe: whoever uses it holds its lock.
 */
final class TransactionRunner {
  private static final Logger LOG = LoggerFactory.getLogger("Store");

  private final Supplier<SqlSession> connecting;
  private SqlSession session;
  private boolean broken;

  /**
   * @param connecting a session that is set up
   * @throws StoreException when there is none to be had
   */
  TransactionRunner(Supplier<SqlSession> connecting) {
    this.connecting = connecting;
    this.session = connecting.get();
  }

  /**
   * Runs {@code work} and commits; when it throws, rolls back and throws the same.
   *
   * @param beginning begins the transaction
   * @throws StoreException when the database fails
   */
  <T> T transaction(Consumer<SqlSession> beginning, Work<T> work) {
    SqlSession running = session();
    broken = true; // until the transaction has ended in good order, whatever is thrown
    begin(running, beginning);
    try {
      T result = work.run(running);
      running.control("COMMIT");
      broken = false;
      return result;
    } catch (StoreException e) {
      broken = !rolledBack(running) || e.kind() == Kind.UNAVAILABLE;
      throw e;
    } catch (RuntimeException | Error e) {
      broken = !rolledBack(running);
      throw e;
    }
  }

  /** The session that works, as far as is known. */
  SqlSession session() {
    if (broken) {
      session.close();
      session = connecting.get();
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

  /** A database that is locked did not let it begin; nothing else is known of the session. */
  private void begin(SqlSession running, Consumer<SqlSession> beginning) {
    try {
      beginning.accept(running);
    } catch (StoreException e) {
      broken = e.kind() != Kind.BUSY;
      throw e;
    }
  }

  /** Some errors have rolled back already, which is an error too and never hides the first one. */
  private static boolean rolledBack(SqlSession running) {
    try {
      running.control("ROLLBACK");
      return true;
    } catch (StoreException e) {
      LOG.debug("Rolling back failed ({}); connecting anew", e.detail());
      return false;
    }
  }
}
