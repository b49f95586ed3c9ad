package orderflow.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unusable files at the store's path: one line with the path, the cause and advice. */
class UnusableFilesTest {
  private static final Schema SCHEMA =
      new Schema(List.of(List.of("CREATE TABLE notes (text TEXT)")));

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("store.db");
  }

  @Test
  void fileWithGarbageIsRefused() throws IOException {
    Files.writeString(file(), "garbage ".repeat(1_000));
    assertRefused(file(), "it is not an SQLite database", "choose another --data-dir");
    assertEquals(8_000, Files.size(file()));
  }

  @Test
  void damagedDatabaseIsReported() throws IOException {
    SqliteStore.open(file(), SCHEMA).close();
    byte[] bytes = Files.readAllBytes(file());
    Arrays.fill(bytes, 100, 4_096, (byte) 0x7f);
    Files.write(file(), bytes);
    assertRefused(file(), "it is damaged", "restore it from a backup");
  }

  @Test
  void truncatedDatabaseIsReported() throws IOException {
    SqliteStore.open(file(), SCHEMA).close();
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(bytes, 4_096));
    assertRefused(file(), "it is damaged", "restore it from a backup");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".lock", "-wal", "-shm"})
  void folderInPlaceOfAFileIsReported(String suffix) throws IOException {
    Path taken = Files.createDirectory(Path.of(file() + suffix));
    assertRefused(taken, "it is a folder", "move it away");
  }

  @Test
  void specialFileIsRefusedAtOnce() throws Exception {
    assertEquals(0, new ProcessBuilder("mkfifo", file().toString()).start().waitFor());
    assertRefused(file(), "it is a special file", "move it away");
  }

  @Test
  void fileInPlaceOfTheFolderIsReported() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "");
    StoreException refused =
        assertThrows(
            StoreException.class, () -> SqliteStore.open(taken.resolve("store.db"), SCHEMA));
    assertLine(refused, taken.toString(), "is not a directory", "choose another --data-dir");
  }

  @Test
  void databaseOfAnotherProgramIsLeftUnchanged() throws Exception {
    foreign("CREATE TABLE bookmarks (url TEXT)", "PRAGMA user_version = 1");
    byte[] before = Files.readAllBytes(file());
    assertRefused(file(), "another program's SQLite database, with the tables bookmarks", "choose");
    assertEquals(-1, Files.mismatch(file(), Files.write(folder.resolve("before"), before)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 99",
        "PRAGMA user_version = -1",
        "PRAGMA application_id = 4711"
      })
  void databaseOfAnotherProgramIsReportedAtAnyVersion(String pragma) throws Exception {
    foreign("CREATE TABLE bookmarks (url TEXT)", pragma);
    assertRefused(file(), "another program's SQLite database", "choose another --data-dir");
  }

  @Test
  void databaseOfAnotherServiceIsRefused() {
    SqliteStore.open(file(), new Schema(List.of(List.of("CREATE TABLE orders (id TEXT)")))).close();
    assertRefused(file(), "another service's database, without the tables notes", "choose");
  }

  @Test
  void databaseOfANewerVersionIsRefused() {
    SqliteStore.open(file(), SCHEMA.then(List.of("ALTER TABLE notes ADD COLUMN author"))).close();
    assertRefused(file(), "written by a newer version (its format is 2", "run that version");
  }

  /** Databases had no mark at first. */
  @Test
  void ownDatabaseWithoutApplicationIdIsAccepted() throws Exception {
    foreign("CREATE TABLE notes (text TEXT)", "PRAGMA user_version = 1");
    SqliteStore.open(file(), SCHEMA).close();
    SqliteStore.open(file(), SCHEMA).close();
  }

  /** The driver would read everything after the question mark as options. */
  @Test
  void questionMarkInThePathIsRefused() {
    Path odd = folder.resolve("what?").resolve("store.db");
    StoreException refused =
        assertThrows(StoreException.class, () -> SqliteStore.open(odd, SCHEMA));
    assertLine(refused, odd.toString(), "'?'", "choose another --data-dir");
  }

  private void foreign(String... statements) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void assertRefused(Path named, String cause, String advice) {
    assertLine(
        assertThrows(StoreException.class, () -> SqliteStore.open(file(), SCHEMA)),
        named.toString(),
        cause,
        advice);
  }

  private static void assertLine(StoreException refused, String... parts) {
    for (String part : parts) {
      assertTrue(refused.detail().contains(part), refused.detail());
    }
    assertEquals(1, refused.detail().lines().count());
  }
}
