package orderflow.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SqliteStoreTest {
  private static final List<String> FIRST =
      List.of("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE, data BLOB)");
  private static final List<String> SECOND =
      List.of("ALTER TABLE notes ADD COLUMN author TEXT", "UPDATE notes SET author = 'unknown'");
  private static final Schema SCHEMA = new Schema(List.of(FIRST));
  private static final Schema NEXT_SCHEMA = new Schema(List.of(FIRST, SECOND));

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Durability.class)
  void committedDataIsReadAtOnceAndAfterReopening(Durability durability) {
    try (Store store = open()) {
      store.write(durability, tx -> insert(tx, "kept"));
      assertEquals(List.of("kept"), texts(store));
    }
    try (Store store = open()) {
      assertEquals(List.of("kept"), texts(store));
    }
  }

  @Test
  void workThatThrowsIsRolledBackAndItsExceptionThrown() {
    try (Store store = open()) {
      var failure = new IllegalStateException("on purpose");
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class,
              () ->
                  store.write(
                      Durability.SYNCED,
                      tx -> {
                        insert(tx, "undone");
                        throw failure;
                      })));
      store.write(Durability.SYNCED, tx -> insert(tx, "after"));
      assertEquals(List.of("after"), texts(store));
    }
  }

  /** Otherwise the first relaxed commit would disable fsync for all later ones. */
  @Test
  void durabilityIsSetForEachTransaction() {
    try (Store store = open()) {
      for (int round = 0; round < 3; round++) {
        assertEquals(2, synchronous(store, Durability.SYNCED), "FULL in round " + round);
        assertEquals(1, synchronous(store, Durability.RELAXED), "NORMAL in round " + round);
        assertEquals(1, synchronous(store, Durability.RELAXED), "NORMAL in round " + round);
      }
    }
  }

  @Test
  void commitsAreSyncedAfterReconnecting() {
    try (Store store = open()) {
      store.write(Durability.RELAXED, tx -> insert(tx, "before"));
      assertEquals(Kind.FULL, fill(store).kind());
      assertEquals(2, synchronous(store, Durability.SYNCED));
      assertEquals(1, synchronous(store, Durability.RELAXED));
    }
  }

  @Test
  void everyTypeOfValueIsReadAsWritten() {
    try (Store store = open()) {
      byte[] bytes = {0, -1, 127, -128};
      store.write(
          Durability.SYNCED,
          tx ->
              tx.update(
                  "INSERT INTO notes (id, text, data) VALUES (?, ?, ?)",
                  Long.MAX_VALUE,
                  null,
                  bytes));
      store.read(tx ->
          tx.query(
              "SELECT id, text, data, NULL FROM notes",
              row -> {
                assertEquals(Long.MAX_VALUE, row.number(1));
                assertNull(row.textOrNull(2));
                assertArrayEquals(bytes, row.bytes(3));
                assertNull(row.numberOrNull(4));
                assertThrows(IllegalStateException.class, () -> row.text(2));
                return row;
              }));
    }
  }

  @Test
  void readSeesOneSnapshot() {
    try (Store store = open()) {
      store.write(Durability.SYNCED, tx -> insert(tx, "before"));
      store.read(tx -> {
        List<String> first = texts(tx);
        store.write(Durability.SYNCED, writing -> insert(writing, "meanwhile"));
        assertEquals(first, texts(tx));
        return first;
      });
      assertEquals(List.of("before", "meanwhile"), texts(store));
    }
  }

  @Test
  void writeInAReadFailsAndTheStoreStaysUsable() {
    try (Store store = open()) {
      assertThrows(StoreException.class, () -> store.read(tx -> insert(tx, "forbidden")));
      store.write(Durability.SYNCED, tx -> insert(tx, "allowed"));
      assertEquals(List.of("allowed"), texts(store));
    }
  }

  @Test
  void failedReadLeavesTheStoreReadable() {
    try (Store store = open()) {
      assertThrows(
          IllegalStateException.class,
          () ->
              store.read(tx -> {
                throw new IllegalStateException("on purpose");
              }));
      assertEquals(List.of(), texts(store));
    }
  }

  @Test
  void exceptionOfAFailedReadIsNotHidden() {
    try (Store store = open()) {
      var failure = new IllegalStateException("on purpose");
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class,
              () ->
                  store.read(tx -> {
                    ((SqlSession) tx).control("ROLLBACK"); // as some errors do
                    throw failure;
                  })));
      assertEquals(List.of(), texts(store));
    }
  }

  @Test
  void brokenConnectionFailsOneTransactionAndIsReplaced() {
    try (Store store = open()) {
      store.write(Durability.RELAXED, tx -> insert(tx, "before"));
      assertEquals(
          Kind.UNAVAILABLE,
          assertThrows(StoreException.class, () -> store.read(tx -> texts(broken(tx)))).kind());
      assertEquals(List.of("before"), texts(store));
      assertThrows(
          StoreException.class,
          () -> store.write(Durability.RELAXED, tx -> insert(broken(tx), "lost")));
      store.write(Durability.RELAXED, tx -> insert(tx, "after"));
      assertEquals(List.of("before", "after"), texts(store));
      assertEquals(1, synchronous(store, Durability.RELAXED));
      assertEquals(2, synchronous(store, Durability.SYNCED));
    }
  }

  private static Tx broken(Tx tx) {
    ((SqlSession) tx).close();
    return tx;
  }

  @Test
  void errorRollsBackLikeAnException() {
    try (Store store = open()) {
      assertThrows(
          StackOverflowError.class,
          () ->
              store.write(
                  Durability.SYNCED,
                  tx -> {
                    insert(tx, "undone");
                    throw new StackOverflowError();
                  }));
      store.write(Durability.SYNCED, tx -> insert(tx, "after"));
      assertEquals(List.of("after"), texts(store));
    }
  }

  @Test
  void visitingStopsWhenTheVisitorReturnsFalse() {
    try (Store store = open()) {
      store.write(Durability.SYNCED, tx -> insert(tx, "a") + insert(tx, "b") + insert(tx, "c"));
      List<String> seen = new ArrayList<>();
      store.read(tx -> {
        tx.each(
            "SELECT text FROM notes ORDER BY id",
            row -> {
              seen.add(row.text(1));
              return seen.size() < 2;
            });
        return seen;
      });
      assertEquals(List.of("a", "b"), seen);
    }
  }

  @Test
  void secondInstanceIsRefusedUntilTheFirstHasClosed() {
    try (Store first = open()) {
      StoreException refused = assertThrows(StoreException.class, this::open);
      assertEquals(Kind.BUSY, refused.kind());
      assertTrue(refused.detail().contains("in use"), refused.detail());
      first.write(Durability.SYNCED, tx -> insert(tx, "undisturbed"));
    }
    try (Store second = open()) {
      assertEquals(List.of("undisturbed"), texts(second));
    }
  }

  @Test
  void databaseOfANewerVersionIsRefusedUnchanged() {
    SqliteStore.open(file(), NEXT_SCHEMA).close();
    StoreException refused = assertThrows(StoreException.class, this::open);
    assertEquals(Kind.PERMANENT, refused.kind());
    assertTrue(refused.detail().contains("newer version"), refused.detail());
    SqliteStore.open(file(), NEXT_SCHEMA).close();
  }

  @Test
  void olderDatabaseIsMigratedOnceWithItsData() {
    try (Store old = open()) {
      old.write(Durability.SYNCED, tx -> insert(tx, "old"));
    }
    for (int opening = 0; opening < 2; opening++) {
      try (Store store = SqliteStore.open(file(), NEXT_SCHEMA)) {
        assertEquals(
            List.of("old by unknown"),
            store.read(
                tx -> tx.query("SELECT text || ' by ' || author FROM notes", row -> row.text(1))));
      }
    }
  }

  @Test
  void failedMigrationLeavesTheDatabaseUnchangedAndUnlocked() {
    open().close();
    var broken =
        new Schema(List.of(FIRST, List.of("ALTER TABLE notes ADD COLUMN author TEXT", "NONSENSE")));
    assertThrows(StoreException.class, () -> SqliteStore.open(file(), broken));
    try (Store store = SqliteStore.open(file(), NEXT_SCHEMA)) {
      store.write(Durability.SYNCED, tx -> insert(tx, "usable"));
      assertEquals(List.of("usable"), texts(store));
    }
  }

  @Test
  void databaseLockedByAnotherProgramIsBusy() throws SQLException {
    try (Store store = open()) {
      try (var other = DriverManager.getConnection("jdbc:sqlite:" + file());
          var statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        StoreException busy =
            assertThrows(
                StoreException.class,
                () -> store.write(Durability.SYNCED, tx -> insert(tx, "too early")));
        assertEquals(Kind.BUSY, busy.kind());
        assertTrue(busy.isTransient());
        assertEquals(List.of(), texts(store), "reads go on");
      }
      store.write(Durability.SYNCED, tx -> insert(tx, "later"));
      assertEquals(List.of("later"), texts(store));
    }
  }

  @Test
  void probeCommitsNothing() throws SQLException {
    try (Store store = open()) {
      store.write(Durability.SYNCED, tx -> insert(tx, "kept"));
      try (var other = DriverManager.getConnection("jdbc:sqlite:" + file());
          var statement = other.createStatement()) {
        long before = dataVersion(statement);
        assertEquals(before, dataVersion(statement));
        store.probe();
        assertNotEquals(before, dataVersion(statement), "something was committed");
        statement.execute("BEGIN IMMEDIATE");
        assertEquals(Kind.BUSY, assertThrows(StoreException.class, store::probe).kind());
      }
      store.probe();
      assertEquals(List.of("kept"), texts(store));
    }
    open().close();
  }

  /** 64 MB are written; a log that is never checkpointed has them all. */
  @Test
  void logIsCheckpointedWhileTheStoreIsInUse() throws IOException {
    try (Store store = open()) {
      for (int i = 0; i < 64; i++) {
        store.update(
            Durability.RELAXED,
            tx ->
                tx.update(
                    "INSERT OR REPLACE INTO notes (id, data) VALUES (1, randomblob(1000000))"));
      }
      long log = Files.size(folder.resolve("store.db-wal"));
      assertTrue(log < 24_000_000, "the log has " + log + " bytes");
    }
  }

  /** After a failed commit a few pages are free, which is not enough for the next commit. */
  @Test
  void probeNeedsMoreRoomThanAFewPages() {
    try (Store store = open()) {
      limit(store, 32);
      assertEquals(Kind.FULL, assertThrows(StoreException.class, store::probe).kind());
      limit(store, 1_000);
      store.probe();
    }
  }

  /** Lets the file grow by so many pages. */
  private static void limit(Store store, int pages) {
    store.write(
        Durability.SYNCED,
        tx -> {
          long now = tx.query("PRAGMA page_count", row -> row.number(1)).getFirst();
          return tx.query("PRAGMA max_page_count = " + (now + pages), row -> row.number(1));
        });
  }

  /** Changes whenever another connection has committed. */
  private static long dataVersion(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA data_version")) {
      return result.getLong(1);
    }
  }

  @Test
  void fullDiskIsTransientAndRollsBack() {
    try (Store store = open()) {
      store.write(Durability.SYNCED, tx -> insert(tx, "before"));
      StoreException full = fill(store);
      assertEquals(Kind.FULL, full.kind());
      assertTrue(full.isTransient());
      assertEquals(List.of("before"), texts(store));
      store.write(Durability.SYNCED, tx -> insert(tx, "after"));
      assertEquals(List.of("before", "after"), texts(store));
    }
  }

  @Test
  void constraintViolationIsPermanentAndRollsBack() {
    try (Store store = open()) {
      StoreException e =
          assertThrows(
              StoreException.class,
              () ->
                  store.write(Durability.SYNCED, tx -> insert(tx, "twice") + insert(tx, "twice")));
      assertEquals(Kind.PERMANENT, e.kind());
      assertFalse(e.isTransient());
      store.write(Durability.SYNCED, tx -> insert(tx, "once"));
      assertEquals(List.of("once"), texts(store));
    }
  }

  @Test
  void fileThatIsNoDatabaseIsRefusedInOneLine() throws Exception {
    Files.writeString(file(), "this is not a database, and long enough to be looked at closely");
    StoreException e = assertThrows(StoreException.class, this::open);
    assertEquals(1, e.detail().lines().count());
    assertEquals(0, openings(folder), "nothing stays open");
  }

  /** How many files below {@code folder} this process has open, where the system reports it. */
  private static long openings(Path folder) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(descriptor -> target(descriptor).startsWith(folder)).count();
    }
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return descriptor; // closed since it was listed
    }
  }

  @Test
  void folderThatCannotBeCreatedIsUnavailable() throws Exception {
    Path notAFolder = Files.writeString(folder.resolve("taken"), "");
    StoreException e =
        assertThrows(
            StoreException.class, () -> SqliteStore.open(notAFolder.resolve("db"), SCHEMA));
    assertEquals(Kind.UNAVAILABLE, e.kind());
  }

  @Test
  void closedStoreReportsItAndClosesTwice() {
    Store store = open();
    store.close();
    store.close();
    assertEquals(Kind.UNAVAILABLE, assertThrows(StoreException.class, () -> texts(store)).kind());
    assertThrows(
        StoreException.class, () -> store.write(Durability.SYNCED, tx -> insert(tx, "late")));
  }

  /** Writes until a limit that is set on the file is reached, as a full disk would be. */
  private static StoreException fill(Store store) {
    return assertThrows(
        StoreException.class,
        () ->
            store.write(
                Durability.SYNCED,
                tx -> {
                  long pages = tx.query("PRAGMA page_count", row -> row.number(1)).getFirst();
                  tx.query("PRAGMA max_page_count = " + (pages + 2), row -> row.number(1));
                  return tx.update("INSERT INTO notes (data) VALUES (zeroblob(1000000))");
                }));
  }

  private static long synchronous(Store store, Durability durability) {
    return store.write(
        durability, tx -> tx.query("PRAGMA synchronous", row -> row.number(1)).getFirst());
  }

  private static int insert(Tx tx, String text) {
    return tx.update("INSERT INTO notes (text) VALUES (?)", text);
  }

  private static List<String> texts(Store store) {
    return store.read(SqliteStoreTest::texts);
  }

  private static List<String> texts(Tx tx) {
    return tx.query("SELECT text FROM notes ORDER BY id", row -> row.text(1));
  }

  private Path file() {
    return folder.resolve("store.db");
  }

  private Store open() {
    return SqliteStore.open(file(), SCHEMA);
  }
}
