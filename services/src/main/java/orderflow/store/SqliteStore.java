package orderflow.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import orderflow.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * A {@link Store} in one SQLite file, for one instance of a service: a lock file beside it keeps a
 * second one out.
 */
public final class SqliteStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger("Store");
  private static final int BUSY_MILLIS = 2_000;

  private final Dialect dialect = new SqliteDialect();
  private final ReentrantLock writeLock = new ReentrantLock(true);
  private final ReentrantLock readLock = new ReentrantLock(true);
  private final Path file;
  private final FileChannel lockFile;
  private SqlSession writer;
  private final SqlSession reader;
  private Durability current = Durability.SYNCED;
  private boolean broken;
  private boolean closed;

  private SqliteStore(Path file, FileChannel lockFile, Schema schema) {
    this.file = file;
    this.lockFile = lockFile;
    this.writer = connectWriter();
    try {
      migrate(schema);
      this.reader = connect(true);
      dialect.readerSetUp().forEach(reader::run);
    } catch (StoreException e) {
      writer.close(); // else a migration that failed half way keeps the database locked
      throw e;
    }
  }

  /**
   * Opens or creates {@code file} and brings its tables up to date.
   *
   * @throws StoreException when it is in use, cannot be written, or comes from a newer version
   */
  public static SqliteStore open(Path file, Schema schema) {
    FileChannel lock = lock(file);
    try {
      return new SqliteStore(file, lock, schema);
    } catch (StoreException e) {
      release(lock);
      throw e;
    }
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    writeLock.lock();
    try {
      requireOpen();
      reconnectIfBroken();
      if (durability != current) {
        writer.control(dialect.durability(durability));
        current = durability;
      }
      writer.control(dialect.begin());
      return committed(work);
    } finally {
      writeLock.unlock();
    }
  }

  private <T> T committed(Work<T> work) {
    boolean done = false;
    try {
      T result = work.in(writer);
      writer.control("COMMIT");
      done = true;
      return result;
    } finally {
      if (!done) {
        rollBack();
      }
    }
  }

  /**
   * Some errors have rolled back already, and after others nothing works any more: a new connection
   * is right in both cases, and never hides the error that led here.
   */
  private void rollBack() {
    try {
      writer.control("ROLLBACK");
    } catch (StoreException e) {
      LOG.debug("Rolling back failed ({}); connecting anew", e.detail());
      broken = true;
    }
  }

  private void reconnectIfBroken() {
    if (broken) {
      writer.close();
      writer = connectWriter();
      current = Durability.SYNCED;
      broken = false;
    }
  }

  @Override
  public <T> T read(Work<T> work) {
    readLock.lock();
    try {
      requireOpen();
      reader.control("BEGIN");
      try {
        return work.in(reader);
      } finally {
        reader.control("COMMIT");
      }
    } finally {
      readLock.unlock();
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

  private void migrate(Schema schema) {
    long version = writer.query(dialect.versionQuery(), row -> row.number(1)).getFirst();
    if (version > schema.version()) {
      throw new StoreException(
          Kind.PERMANENT, file + " was written by a newer version; use that one");
    }
    for (int step = (int) version; step < schema.version(); step++) {
      writer.control(dialect.begin());
      schema.steps().get(step).forEach(writer::run);
      writer.run(dialect.setVersion(step + 1));
      writer.control("COMMIT");
    }
  }

  private SqlSession connectWriter() {
    SqlSession session = connect(false);
    dialect.writerSetUp().forEach(session::run);
    return session;
  }

  private SqlSession connect(boolean readOnly) {
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    if (readOnly) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    try {
      return new SqlSession(config.createConnection("jdbc:sqlite:" + file), dialect);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
  }

  private static FileChannel lock(Path file) {
    Path beside = file.resolveSibling(file.getFileName() + ".lock");
    FileChannel channel = null;
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
      channel.close();
    } catch (OverlappingFileLockException e) {
      release(channel);
    } catch (IOException e) {
      throw new StoreException(
          Kind.UNAVAILABLE, file + " cannot be opened for writing: " + e.getMessage(), e);
    }
    throw new StoreException(
        Kind.BUSY, file + " is in use by another instance; stop it or choose another --data-dir");
  }

  private static void release(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new StoreException(Kind.UNAVAILABLE, "the lock file cannot be closed", e);
    }
  }
}
