package orderflow.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import orderflow.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * A {@link Store} in one SQLite file, for one instance of a service: a lock file beside it keeps a
 * second one out.
 */
public final class SqliteStore implements Store {
  private static final int BUSY_MILLIS = 2_000;

  private final Dialect dialect = new SqliteDialect();
  private final ReentrantLock writeLock = new ReentrantLock(true);
  private final ReentrantLock readLock = new ReentrantLock(true);
  private final Path file;
  private final FileChannel lockFile;
  private final SqlConnection writer;
  private final SqlConnection reader;
  private boolean closed;

  private SqliteStore(Path file, FileChannel lockFile, Schema schema) {
    this.file = file;
    this.lockFile = lockFile;
    this.writer = new SqlConnection(() -> connect(false, dialect.writerSetUp()));
    try {
      migrate(schema);
      this.reader = new SqlConnection(() -> connect(true, dialect.readerSetUp()));
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
      return writer.transaction(
          session -> {
            session.durability(durability);
            session.control(dialect.begin());
          },
          work);
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
    SqlSession session = writer.session();
    long version = session.query(dialect.versionQuery(), row -> row.number(1)).getFirst();
    if (version > schema.version()) {
      throw new StoreException(
          Kind.PERMANENT, file + " was written by a newer version; use that one");
    }
    for (int step = (int) version; step < schema.version(); step++) {
      session.control(dialect.begin());
      schema.steps().get(step).forEach(session::run);
      session.run(dialect.setVersion(step + 1));
      session.control("COMMIT");
    }
  }

  private SqlSession connect(boolean readOnly, List<String> setUp) {
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    if (readOnly) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    SqlSession session;
    try {
      session = new SqlSession(config.createConnection("jdbc:sqlite:" + file), dialect);
    } catch (SQLException e) {
      throw dialect.translate(e);
    }
    try {
      setUp.forEach(session::run);
      return session;
    } catch (StoreException e) {
      session.close();
      throw e;
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
