package orderflow.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import orderflow.store.Store.Durability;

/**
 * Where databases differ, as data: everything else is plain SQL that both speak. SQLite is the
 * first; PostgreSQL joins it when several instances of a service share one database.
 */
interface Dialect {
  /** Run once on a connection that writes. */
  List<String> writerSetUp();

  /** Queries that tell whether {@link #writerSetUp} took effect, each with its answer. */
  Map<String, String> writerSettings();

  /** Run once on a connection that only reads. */
  List<String> readerSetUp();

  String begin();

  /** Switches a connection, outside a transaction, to commit with that durability. */
  String durability(Durability durability);

  /** A query whose first column is the schema version. */
  String versionQuery();

  String setVersion(int version);

  /**
   * Statements that write in a table of their own about as much as a large batch does: where a
   * commit failed for want of space, its place is left for a small one, and that proves nothing.
   */
  List<String> probe();

  StoreException translate(SQLException e);
}
