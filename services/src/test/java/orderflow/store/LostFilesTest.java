package orderflow.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A commit must survive a restart, or fail. */
class LostFilesTest {
  private static final Schema SCHEMA =
      new Schema(List.of(List.of("CREATE TABLE notes (text TEXT NOT NULL)")));

  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private Path file() {
    return data().resolve("store.db");
  }

  private SqliteStore open() {
    return SqliteStore.open(file(), SCHEMA);
  }

  @Test
  void removedDatabaseRefusesCommitsAndIsNotCreatedAgain() throws IOException {
    try (Store store = open()) {
      insert(store, "before");
      Files.delete(file());
      requireGone(store, "removed or renamed");
      assertFalse(Files.exists(file()));
    }
  }

  @Test
  void databaseWithAllFilesRemovedRefusesCommits() throws IOException {
    try (Store store = open()) {
      insert(store, "before");
      for (String suffix : List.of("", "-wal", "-shm", ".lock")) {
        Files.delete(Path.of(file() + suffix));
      }
      requireGone(store, "removed or renamed");
      assertFalse(Files.exists(file()));
    }
  }

  @Test
  void replacedDatabaseRefusesCommitsAndStaysUnchanged() throws IOException {
    Path backup = folder.resolve("backup.db");
    SqliteStore.open(backup, SCHEMA).close();
    byte[] before = Files.readAllBytes(backup);
    try (Store store = open()) {
      insert(store, "before");
      Files.move(backup, file(), StandardCopyOption.REPLACE_EXISTING);
      requireGone(store, "replaced by another file");
    }
    assertEquals(-1, Files.mismatch(file(), Files.write(folder.resolve("copy"), before)));
  }

  @Test
  void emptiedDatabaseRefusesCommits() throws IOException {
    try (Store store = open()) {
      insert(store, "before");
      Files.newByteChannel(file(), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
          .close();
      requireGone(store, "emptied");
    }
  }

  /** SQLite would write behind the hole, and ignore all of the log at the next start. */
  @ParameterizedTest
  @ValueSource(longs = {0, 4_096})
  void truncatedLogRefusesCommits(long size) throws IOException {
    try (Store store = open()) {
      insert(store, "before");
      insert(store, "before");
      try (var log = Files.newByteChannel(Path.of(file() + "-wal"), StandardOpenOption.WRITE)) {
        log.truncate(size);
      }
      requireGone(store, "-wal was truncated");
      store.write(Durability.RELAXED, tx -> tx.update("INSERT INTO notes VALUES ('relaxed')"));
      requireGone(store, "-wal was truncated");
    }
  }

  @Test
  void truncatedDatabaseRefusesCommits() throws IOException {
    try (Store store = open()) {
      insert(store, "before");
      checkpoint();
      insert(store, "before");
      try (var database = Files.newByteChannel(file(), StandardOpenOption.WRITE)) {
        database.truncate(4_096);
      }
      requireGone(store, "store.db was truncated");
    }
  }

  /** A log that starts again may become as small as the limit that SQLite was given. */
  @Test
  void logTruncatedBySqliteIsNoDamage() {
    try (Store store = open()) {
      store.write(
          Durability.SYNCED,
          tx ->
              tx.update(
                  "INSERT INTO notes SELECT hex(zeroblob(1000000))"
                      + " FROM (WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
                      + " WHERE i < 40) SELECT i FROM n)"));
      for (int i = 0; i < 3; i++) {
        checkpoint();
        insert(store, "after");
        store.check();
      }
      assertTrue(Path.of(file() + "-wal").toFile().length() <= SqliteDialect.JOURNAL_SIZE_LIMIT);
    }
  }

  /** From another connection, as one that writes cannot within its transaction. */
  private void checkpoint() {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(FULL)");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void renamedFolderRefusesCommitsUntilItIsBack() throws IOException {
    try (Store store = open()) {
      insert(store, "before");
      Path elsewhere = folder.resolve("elsewhere");
      Files.move(data(), elsewhere);
      requireGone(store, "removed or renamed");
      Files.move(elsewhere, data());
      store.check();
      store.probe();
      insert(store, "after");
    }
    try (Store store = open()) {
      List<String> texts = texts(store);
      assertTrue(texts.contains("before") && texts.contains("after"), texts.toString());
    }
  }

  /** A connection that is lost meanwhile must not be replaced by one to a new, empty file. */
  @Test
  void newConnectionDoesNotCreateTheDatabase() throws IOException {
    try (Store store = open()) {
      Files.move(data(), folder.resolve("elsewhere"));
      Files.createDirectories(data());
      for (Durability durability : Durability.values()) {
        assertThrows(
            StoreException.class,
            () ->
                store.write(
                    durability,
                    tx -> {
                      ((SqlSession) tx).close();
                      return tx.update("INSERT INTO notes VALUES ('lost')");
                    }));
        assertThrows(StoreException.class, () -> store.write(durability, tx -> 1));
      }
      assertFalse(Files.exists(file()));
    }
  }

  /** A copy of the files as after kill -9, with commits that are only in the log. */
  @ParameterizedTest
  @ValueSource(strings = {"-wal", "-shm"})
  void removedLogIsCheckpointedAndCreatedAgain(String suffix) throws Exception {
    try (Store store = open()) {
      insert(store, "before");
      Files.delete(Path.of(file() + suffix));
      insert(store, "meanwhile");
      insert(store, "after");
      assertEquals(List.of("before", "meanwhile", "after"), texts(store));
      assertEquals(3, countInCopy());
    }
    try (Store store = open()) {
      assertEquals(List.of("before", "meanwhile", "after"), texts(store));
    }
  }

  @Test
  void removedLogIsRecoveredWithoutACommit() throws Exception {
    try (Store store = open()) {
      insert(store, "before");
      Files.delete(Path.of(file() + "-wal"));
      store.check();
      assertEquals(1, countInCopy());
    }
  }

  @Test
  void removedLockFileStillExcludesASecondInstance() throws Exception {
    try (Store store = open()) {
      insert(store, "before");
      Files.delete(lock());
      assertEquals(1, openElsewhere(), "refused");
      insert(store, "after");
      Files.delete(lock());
      store.check();
      assertTrue(Files.exists(lock()), "created again");
      Files.delete(lock());
      assertEquals(Kind.BUSY, assertThrows(StoreException.class, this::open).kind());
    }
    assertEquals(0, openElsewhere(), "free again");
  }

  @Test
  void lockFileThatCannotBeCreatedAgainRefusesCommits() throws Exception {
    try (Store store = open()) {
      Files.delete(lock());
      Files.createDirectory(lock());
      StoreException refused =
          assertThrows(StoreException.class, () -> insert(store, "unprotected"));
      assertTrue(refused.detail().contains("store.db.lock"), refused.detail());
    }
  }

  @Test
  void secondOpenInTheSameProcessKeepsTheLocks() throws Exception {
    try (Store store = open()) {
      assertThrows(StoreException.class, this::open);
      assertEquals(1, openElsewhere(), "refused");
      insert(store, "undisturbed");
    }
  }

  /** Closing both connections frees every lock that the process had on the file. */
  @Test
  void lockOutlivesReplacedConnections() throws Exception {
    try (Store store = open()) {
      for (int i = 0; i < 2; i++) {
        assertThrows(StoreException.class, () -> store.read(tx -> broken(tx)));
        assertThrows(StoreException.class, () -> store.write(Durability.SYNCED, tx -> broken(tx)));
      }
      insert(store, "after");
      Files.delete(lock());
      assertEquals(1, openElsewhere(), "refused");
    }
  }

  @Test
  void databaseThatIsNotInWalModeIsRefused() throws SQLException {
    var dialect = new SqliteDialect(file());
    var session = new SqlSession(DriverManager.getConnection("jdbc:sqlite::memory:"), dialect);
    try {
      StoreException refused =
          assertThrows(StoreException.class, () -> SqliteStore.setUp(session, dialect, file()));
      assertTrue(
          refused.detail().contains("PRAGMA journal_mode with memory, not wal"), refused.detail());
    } finally {
      session.close();
    }
  }

  private static int broken(Tx tx) {
    ((SqlSession) tx).close();
    return tx.update("INSERT INTO notes VALUES ('lost')");
  }

  private Path lock() {
    return Path.of(file() + ".lock");
  }

  private static void requireGone(Store store, String how) {
    StoreException gone =
        assertThrows(
            StoreException.class,
            () ->
                store.write(
                    Durability.SYNCED, tx -> tx.update("INSERT INTO notes VALUES ('lost')")));
    assertEquals(Kind.UNAVAILABLE, gone.kind());
    assertTrue(gone.detail().contains(how), gone.detail());
    assertThrows(StoreException.class, store::probe);
    assertThrows(StoreException.class, store::check);
  }

  private static void insert(Store store, String text) {
    store.write(Durability.SYNCED, tx -> tx.update("INSERT INTO notes VALUES (?)", text));
  }

  private static List<String> texts(Store store) {
    return store.read(tx -> tx.query("SELECT text FROM notes", row -> row.text(1)));
  }

  /** The rows after kill -9 and a restart. */
  private int countInCopy() throws IOException, SQLException {
    Path copy = Files.createTempDirectory(folder, "copy");
    for (String suffix : List.of("", "-wal")) {
      if (Files.exists(Path.of(file() + suffix))) {
        copyElsewhere(Path.of(file() + suffix), Path.of(copy.resolve("store.db") + suffix));
      }
    }
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve("store.db"));
        var statement = connection.createStatement();
        var result = statement.executeQuery("SELECT count(*) FROM notes")) {
      return result.getInt(1);
    }
  }

  /** By another process: this one would lose its locks by closing the file. */
  private static void copyElsewhere(Path from, Path to) throws IOException {
    try {
      assertEquals(0, new ProcessBuilder("cp", from.toString(), to.toString()).start().waitFor());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** The exit code of another process that opens and closes the same store. */
  private int openElsewhere() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName(),
                file().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(other.getInputStream().readAllBytes(), UTF_8);
    int status = other.waitFor();
    assertTrue(status == 0 || output.contains("in use by another instance"), output);
    return status;
  }

  /** A second instance. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] arguments) {
      SqliteStore.open(Path.of(arguments[0]), SCHEMA).close();
    }
  }
}
