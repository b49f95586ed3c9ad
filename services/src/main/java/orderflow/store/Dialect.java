package orderflow.store;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import orderflow.store.Store.Durability;

/** The differences between databases; all other SQL is the same for each. */
interface Dialect {
  /** Statements for a new connection that writes. */
  List<String> writerSetUp();

  /** Queries that check the effect of {@link #writerSetUp}, each with the expected value. */
  Map<String, String> writerSettings();

  /** Statements for a new connection that only reads. */
  List<String> readerSetUp();

  String begin();

  /** Sets the durability of a connection, outside a transaction. */
  String durability(Durability durability);

  /** A query whose first column is the schema version. */
  String versionQuery();

  String setVersion(int version);

  /**
   * Statements that write about as much as a large batch, into a table of their own: on a full disk
   * a small commit may still succeed and proves nothing.
   */
  List<String> probe();

  StoreException translate(SQLException e);
}
