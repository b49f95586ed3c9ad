package orderflow.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException.Kind;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * SQLite in WAL mode. {@code synchronous=FULL} syncs the log at each commit; {@code NORMAL} only at
 * the next full commit or checkpoint, in order (sqlite.org/pragma.html#pragma_synchronous).
 */
final class SqliteDialect implements Dialect {
  /** The size in bytes to which a longer log is cut when it restarts. */
  static final long JOURNAL_SIZE_LIMIT = 67_108_864;

  private static final int PRIMARY_CODE = 0xff;

  private final Path file;

  SqliteDialect(Path file) {
    this.file = file;
  }

  @Override
  public List<String> writerSetUp() {
    return List.of(
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -16384",
        "PRAGMA wal_autocheckpoint = 4000",
        "PRAGMA journal_size_limit = " + JOURNAL_SIZE_LIMIT);
  }

  @Override
  public Map<String, String> writerSettings() {
    return Map.of("PRAGMA journal_mode", "wal", "PRAGMA synchronous", "2");
  }

  @Override
  public List<String> readerSetUp() {
    return List.of("PRAGMA query_only = ON", "PRAGMA cache_size = -8192");
  }

  @Override
  public String begin() {
    return "BEGIN IMMEDIATE";
  }

  @Override
  public String durability(Durability durability) {
    return switch (durability) {
      case SYNCED -> "PRAGMA synchronous = FULL";
      case RELAXED -> "PRAGMA synchronous = NORMAL";
    };
  }

  @Override
  public String versionQuery() {
    return "PRAGMA user_version";
  }

  @Override
  public String setVersion(int version) {
    return "PRAGMA user_version = " + version;
  }

  @Override
  public List<String> probe() {
    return List.of(
        "CREATE TABLE IF NOT EXISTS probes (id INTEGER PRIMARY KEY, filler BLOB NOT NULL)",
        "INSERT OR REPLACE INTO probes (id, filler) VALUES (1, randomblob(262144))");
  }

  @Override
  public StoreException translate(SQLException e) {
    if (!(e instanceof SQLiteException sqlite)) {
      return new StoreException(Kind.UNAVAILABLE, "the store failed: " + e.getMessage(), e);
    }
    Kind kind =
        switch (sqlite.getResultCode().code & PRIMARY_CODE) {
          case 5, 6 -> Kind.BUSY; // SQLITE_BUSY, SQLITE_LOCKED
          case 13 -> Kind.FULL; // SQLITE_FULL
          // SQLITE_ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE: the statement's or the data's fault
          case 1, 18, 19, 20, 25 -> Kind.PERMANENT;
          default -> Kind.UNAVAILABLE;
        };
    String detail =
        switch (kind) {
          case BUSY -> "the database is locked by another program";
          case FULL -> "the disk is full";
          case UNAVAILABLE -> file + " cannot be used: " + fault(sqlite.getResultCode());
          case PERMANENT -> "the database refused: " + e.getMessage();
        };
    return new StoreException(kind, detail, e);
  }

  private static String fault(SQLiteErrorCode code) {
    String detail =
        switch (code.code & PRIMARY_CODE) {
          case 8 -> "it cannot be written (%s); check its owner, and whether its disk is read-only";
          case 10 -> "its disk failed (%s); check the disk";
          case 11 -> "it is damaged (%s); restore it from a backup, or move it away to start empty";
          case 14 -> "it cannot be opened (%s); check its folder";
          case 26 ->
              "it is not an SQLite database (%s); move it away, or choose another --data-dir";
          default -> "%s";
        };
    return detail.formatted(code.name());
  }
}
