package orderflow.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import orderflow.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The files of one open SQLite database and their identities when they were opened. A process can
 * still use an open file that was removed or replaced, but commits to it do not survive a restart.
 * Thread-safe.
 */
final class SqliteFiles {
  /** Only a file that was emptied is smaller than a page. */
  private static final int SMALLEST_PAGE = 512;

  private final Path database;
  private final Path lock;
  private final List<Path> logs;
  private final Map<Path, Object> opened = new ConcurrentHashMap<>();
  private final Map<Path, Long> sizes = new ConcurrentHashMap<>();

  /** Kept: later commits make a truncated file long again, with a hole in it. */
  private volatile @Nullable String damage;

  SqliteFiles(Path database) {
    this.database = database;
    this.lock = beside(".lock");
    this.logs = List.of(beside("-wal"), beside("-shm"));
  }

  private Path beside(String suffix) {
    return database.resolveSibling(database.getFileName() + suffix);
  }

  Path database() {
    return database;
  }

  Path lock() {
    return lock;
  }

  /**
   * Creates the folder and checks existing files.
   *
   * @throws StoreException when they cannot be the database's files
   */
  void prepare() {
    if (database.toString().indexOf('?') >= 0) { // the driver would take it for options
      throw unusable(database, "a '?' cannot be part of its path", "choose another --data-dir");
    }
    try {
      Path folder = database.getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw unusable(
          database,
          "its folder cannot be created: " + FileErrors.reason(e),
          "choose another --data-dir");
    }
    for (Path file : List.of(database, lock, logs.getFirst(), logs.getLast())) {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw unusable(
            file, FileErrors.describe(file), "move it away, or choose another --data-dir");
      }
    }
    if (Files.exists(database) && !Files.isReadable(database)) {
      throw unusable(database, "permission denied" + owner(), "run as its owner");
    }
  }

  private String owner() {
    try {
      return ", it belongs to " + Files.getOwner(database);
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  static StoreException unusable(Path file, String why, String advice) {
    return new StoreException(Kind.UNAVAILABLE, file + " cannot be used: " + why + "; " + advice);
  }

  /** Remembers the identity of the database file that was just opened. */
  void rememberDatabase() throws IOException {
    opened.put(database, LockedFile.identity(database));
  }

  /** Remembers the log files, which SQLite may have created again. */
  void rememberLogs() throws IOException {
    for (Path log : logs) {
      opened.put(log, LockedFile.identity(log));
      sizes.remove(log);
    }
  }

  void rememberLock() throws IOException {
    opened.put(lock, LockedFile.identity(lock));
  }

  /** Why a commit would not survive a restart; empty when it would. */
  Optional<String> databaseProblem() {
    Optional<String> problem = problem(database);
    if (problem.isEmpty()) {
      requireSize(logs.getFirst(), SqliteDialect.JOURNAL_SIZE_LIMIT);
    }
    if (damage != null) {
      return Optional.of(damage);
    }
    return problem.map(change ->
        database
            + " was "
            + change
            + " while in use; put it back, or restore a copy and restart this service");
  }

  /** Whether the log files are still those that the connections use. */
  boolean logsAreIntact() {
    return logs.stream().allMatch(log -> problem(log).isEmpty());
  }

  boolean lockIsIntact() {
    return problem(lock).isEmpty();
  }

  private Optional<String> problem(Path file) {
    Object expected = opened.get(file);
    if (expected == null) {
      return Optional.empty();
    }
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Object key = now.fileKey();
      if (key != null && !key.equals(expected)) {
        return Optional.of("replaced by another file");
      }
      if (!file.equals(database)) {
        return Optional.empty();
      }
      if (now.size() < SMALLEST_PAGE) {
        return Optional.of("emptied");
      }
      requireSize(file, now.size(), Long.MAX_VALUE);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of(
          Files.exists(file, LinkOption.NOFOLLOW_LINKS)
              ? "replaced by a broken link"
              : "removed or renamed");
    } catch (IOException e) {
      return Optional.of("made unreachable (" + FileErrors.reason(e) + ")");
    }
  }

  private void requireSize(Path file, long limit) {
    try {
      requireSize(file, Files.size(file), limit);
    } catch (IOException e) {
      // a missing file is reported elsewhere
    }
  }

  /**
   * SQLite never makes these files smaller while they are open: there is no VACUUM, and a log that
   * restarts keeps its size, up to {@code limit}.
   */
  private void requireSize(Path file, long size, long limit) {
    Long before = sizes.put(file, Math.min(size, limit));
    if (before != null && size < before && damage == null) {
      damage =
          file
              + " was truncated from %d to %d bytes while in use; stop this service and restore a copy"
                  .formatted(before, size);
    }
  }
}
