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
 * A {@link Store} in one SQLite file, for one instance of a service: a lock file excludes a second
 * one, and so does a lock on the database itself in case the lock file is removed.
 *
 * <p>A synced commit counts only while its files are still at their paths. A removed log is
 * checkpointed into the database and created again. A removed or replaced database is not created
 * again while the service runs: the new one would contain no orders.
 */
public final class SqliteStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger("Store");
  private static final int BUSY_MILLIS = 2_000;
  private static final Duration READER_WAIT = Duration.ofSeconds(2);

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
      writer.close(); // it may hold the database's lock
      throw e;
    }
  }

  /**
   * Opens or creates {@code file} and updates its tables.
   *
   * @throws StoreException when it is in use, belongs to another service or program, cannot be
   *     written, or is from a newer version
   */
  public static SqliteStore open(Path file, Schema schema) {
    var files = new SqliteFiles(file.toAbsolutePath());
    files.prepare();
    NativeLibrary.load();
    LockedFile lock = lock(files);
    try {
      return new SqliteStore(files, lock, schema);
    } catch (RuntimeException | Error e) {
      release(lock);
      throw e;
    }
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    writeLock.lock();
    try {
      requireOpen();
      boolean synced = durability == Durability.SYNCED;
      if (synced) {
        requireDatabase(); // a truncated log is long again after the commit
      }
      T result =
          writer.transaction(
              session -> {
                session.durability(durability);
                session.control(dialect.begin());
              },
              work);
      if (synced) {
        requireDurable();
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
    if (!intact && writeLock.tryLock()) { // else the running write checks
      try {
        requireOpen();
        requireDurable();
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
        release(databaseLock); // last: it drops SQLite's locks on the file
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

  /** After a commit: it survives a restart, and no other instance uses the files. */
  private void requireDurable() {
    requireDatabase();
    if (!files.logsAreIntact()) {
      recreateLog();
    }
    if (!files.lockIsIntact()) {
      recreateLockFile();
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

  /** Checkpoints the commits of a removed log into the database. */
  private void recreateLog() {
    try {
      if (!readLock.tryLock(READER_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw logLost("a read takes too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw logLost("interrupted");
    }
    try {
      if (readLock.getHoldCount() > 1) {
        throw logLost("a read is running");
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
      writer.disconnect(); // SQLite creates the files when the last connection is closed
      LOG.warn(
          "The log of {} was removed while in use; created again, nothing is lost",
          files.database());
      SqlSession _ = writer.session();
    } finally {
      readLock.unlock();
    }
  }

  private StoreException logLost(String why) {
    return new StoreException(
        Kind.UNAVAILABLE,
        "%s-wal or -shm was removed while in use, and cannot be created again yet: %s"
            .formatted(files.database(), why));
  }

  private void recreateLockFile() {
    LockedFile before = lockFile;
    lockFile = lock(files);
    release(before);
    LOG.warn("{} was removed while in use; created again", files.lock());
  }

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

  /** SQLite ignores settings that it cannot apply, so each is checked. For tests, too. */
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
    config.setGetGeneratedKeys(false); // the driver would ask for the last id after each statement
    if (!create) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    try {
      return new SqlSession(config.createConnection(url), dialect);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  /**
   * Also renews the lock, which closing a connection drops, see {@link LockedFile}. Call it in WAL
   * mode only: before, SQLite drops all locks of this process on the file after each statement.
   */
  private void lockDatabase() throws IOException {
    if (databaseLock == null) {
      databaseLock = LockedFile.tryLock(files.database()).orElseThrow(() -> inUse(files));
    } else if (!databaseLock.renew()) {
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
