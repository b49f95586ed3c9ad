package orderflow.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import orderflow.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * A {@link Store} in one SQLite file, for one instance of a service: a lock file beside it keeps a
 * second one out, and a lock on the database itself does where the lock file was removed.
 *
 * <p>A synced commit counts only while the files that it went to are still the ones at their paths.
 * A log that was removed is rescued into the database and made anew. A database that was removed or
 * replaced is never made anew while the service runs: it would know none of the orders.
 */
public final class SqliteStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger("Store");
  private static final int BUSY_MILLIS = 2_000;
  private static final Duration RESCUE_WAIT = Duration.ofSeconds(2);

  private final Dialect dialect;
  private final ReentrantLock writeLock = new ReentrantLock(true);
  private final ReentrantLock readLock = new ReentrantLock(true);
  private final SqliteFiles files;
  private final TransactionRunner writer;
  private final TransactionRunner reader;
  private @Nullable LockedFile databaseLock;
  private LockedFile lockFile;
  private boolean closed;
  private volatile @Nullable String problem;

  private SqliteStore(SqliteFiles files, LockedFile lockFile, Schema schema) {
    this.files = files;
    this.dialect = new SqliteDialect(files.database());
    this.lockFile = lockFile;
    this.writer = new TransactionRunner(() -> connectWriter(schema));
    try {
      this.reader = new TransactionRunner(() -> connect(false, dialect.readerSetUp()));
    } catch (StoreException e) {
      writer.close(); // else a migration that failed half way keeps the database locked
      throw e;
    }
  }

  /**
   * Opens or creates {@code file} and brings its tables up to date.
   *
   * @throws StoreException when it is in use, is not this service's, cannot be written, or comes
   *     from a newer version
   */
  public static SqliteStore open(Path file, Schema schema) {
    var files = new SqliteFiles(file.toAbsolutePath());
    files.prepare();
    NativeLibrary.load();
    LockedFile lock = lock(files);
    boolean opened = false;
    try {
      var store = new SqliteStore(files, lock, schema);
      opened = true;
      return store;
    } finally {
      if (!opened) {
        release(lock);
      }
    }
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    writeLock.lock();
    try {
      requireOpen();
      boolean synced = durability == Durability.SYNCED;
      if (synced) {
        requireDatabase(); // a log that was cut is long again after the commit
      }
      T result =
          writer.transaction(
              session -> {
                session.durability(durability);
                session.control(dialect.begin());
              },
              work);
      if (synced) {
        requireLasting();
      }
      return result;
    } finally {
      writeLock.unlock();
    }
  }

  @Override
  public <T> T read(Work<T> work) {
    readLock.lock();
    try {
      requireOpen();
      return reader.transaction(session -> session.control("BEGIN"), work);
    } finally {
      readLock.unlock();
    }
  }

  @Override
  public void probe() {
    write(Durability.SYNCED, tx -> dialect.probe().stream().mapToInt(tx::update).sum());
  }

  @Override
  public void check() {
    requireDatabase();
    boolean intact = files.logsAreIntact() && files.lockIsIntact();
    if (!intact && writeLock.tryLock()) { // else whoever writes finds out
      try {
        requireOpen();
        requireLasting();
      } finally {
        writeLock.unlock();
      }
    }
  }

  @Override
  public void close() {
    writeLock.lock();
    readLock.lock();
    try {
      if (!closed) {
        closed = true;
        reader.close();
        writer.close();
        release(databaseLock); // last, as this makes SQLite's locks on the file void
        release(lockFile);
      }
    } finally {
      readLock.unlock();
      writeLock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreException(Kind.UNAVAILABLE, "the store is closed");
    }
  }

  // What a commit is worth.

  /** After a commit: a restart, and nobody but this instance, will find it. */
  private void requireLasting() {
    requireDatabase();
    if (!files.logsAreIntact()) {
      rescueLog();
    }
    if (!files.lockIsIntact()) {
      lockAnew();
    }
  }

  private void requireDatabase() {
    @Nullable String found = files.databaseProblem().orElse(null);
    if (found != null && !found.equals(problem)) {
      LOG.error("{}", found);
    } else if (found == null && problem != null) {
      LOG.info("{} is back", files.database());
    }
    problem = found;
    if (found != null) {
      throw new StoreException(Kind.UNAVAILABLE, found);
    }
  }

  /**
   * What was committed to a log that is no longer at its path is moved to the database, which is.
   */
  private void rescueLog() {
    try {
      if (!readLock.tryLock(RESCUE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw logLost("a read takes too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw logLost("interrupted");
    }
    try {
      if (readLock.getHoldCount() > 1) {
        throw logLost("a read goes on");
      }
      long busy =
          writer
              .session()
              .query("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.number(1))
              .getFirst();
      if (busy != 0) {
        throw logLost("another program reads the database");
      }
      reader.disconnect();
      writer.disconnect(); // only when no connection is left does SQLite make the files anew
      LOG.warn(
          "The log of {} was removed while in use; made anew, nothing is lost", files.database());
      SqlSession _ = writer.session();
    } finally {
      readLock.unlock();
    }
  }

  private StoreException logLost(String why) {
    return new StoreException(
        Kind.UNAVAILABLE,
        "%s-wal or -shm was removed while in use, and cannot be made anew yet: %s"
            .formatted(files.database(), why));
  }

  private void lockAnew() {
    LockedFile before = lockFile;
    lockFile = lock(files);
    release(before);
    LOG.warn("{} was removed while in use; made anew", files.lock());
  }

  // Connections.

  private SqlSession connectWriter(Schema schema) {
    boolean first = databaseLock == null;
    if (!first) {
      requireDatabase();
    }
    SqlSession session = connect(first, List.of());
    boolean connected = false;
    try {
      if (first) {
        migration(schema).requireOwn(session);
      }
      setUp(session, dialect, files.database());
      lockDatabase();
      if (first) {
        migration(schema).run(session);
        files.rememberDatabase();
      }
      files.rememberLogs();
      requireDatabase();
      connected = true;
      return session;
    } catch (IOException e) {
      throw SqliteFiles.unusable(files.database(), FileErrors.reason(e), "check the disk");
    } finally {
      if (!connected) {
        session.close();
        if (first) {
          release(databaseLock);
          databaseLock = null;
        }
      }
    }
  }

  /** Package-private for its test: what the database does not do, it does not report either. */
  static void setUp(SqlSession session, Dialect dialect, Path file) {
    dialect.writerSetUp().forEach(session::run);
    dialect
        .writerSettings()
        .forEach((query, expected) -> {
          String value = session.query(query, row -> row.text(1)).getFirst();
          if (!value.equals(expected)) {
            throw SqliteFiles.unusable(
                file,
                "SQLite answers %s with %s, not %s".formatted(query, value, expected),
                "choose a --data-dir on a local disk");
          }
        });
  }

  private Migration migration(Schema schema) {
    return new Migration(
        files.database(), dialect, schema, () -> connect("jdbc:sqlite::memory:", true));
  }

  private SqlSession connect(boolean create, List<String> setUp) {
    SqlSession session = connect("jdbc:sqlite:" + files.database(), create);
    try {
      setUp.forEach(session::run);
      return session;
    } catch (StoreException e) {
      session.close();
      throw e;
    }
  }

  private SqlSession connect(String url, boolean create) {
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    if (!create) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    try {
      return new SqlSession(config.createConnection(url), dialect);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  // Locks.

  /**
   * Beside the lock file, which may be removed. A connection that closed may have cost it, see
   * {@link LockedFile}; taken only now, as SQLite is not in WAL mode before, and then releases
   * every lock that this process has on the file after each statement.
   */
  private void lockDatabase() throws IOException {
    boolean locked;
    if (databaseLock == null) {
      databaseLock = LockedFile.tryLock(files.database()).orElse(null);
      locked = databaseLock != null;
    } else {
      locked = databaseLock.renew();
    }
    if (!locked) {
      throw inUse(files);
    }
  }

  private static LockedFile lock(SqliteFiles files) {
    try {
      LockedFile lock = LockedFile.tryLock(files.lock()).orElseThrow(() -> inUse(files));
      files.rememberLock();
      return lock;
    } catch (IOException e) {
      throw SqliteFiles.unusable(
          files.lock(),
          FileErrors.reason(e),
          "make its folder writable, or choose another --data-dir");
    }
  }

  private static StoreException inUse(SqliteFiles files) {
    return new StoreException(
        Kind.BUSY,
        files.database() + " is in use by another instance; stop it or choose another --data-dir");
  }

  private static void release(@Nullable LockedFile lock) {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "a lock cannot be released", e);
    }
  }
}
