package orderflow.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file locked against other processes and against a second use in this one. The operating system
 * releases the lock when the process ends.
 *
 * <p>POSIX drops all locks of a process on a file when the process closes any descriptor of it. So
 * a second use in this process is refused before it opens the file, and the locked byte is far
 * beyond any content and SQLite's own locks.
 */
public final class LockedFile implements AutoCloseable {
  private static final long LOCKED_BYTE = 1L << 62;
  private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

  private final Object identity;
  private final FileChannel channel;
  private FileLock lock;
  private boolean closed;

  private LockedFile(Object identity, FileChannel channel, FileLock lock) {
    this.identity = identity;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Locks {@code file}, and creates it when it is missing.
   *
   * @return empty when it is locked already
   */
  public static Optional<LockedFile> tryLock(Path file) throws IOException {
    create(file);
    Object identity = identity(file);
    if (!HELD.add(identity)) {
      return Optional.empty();
    }
    @Nullable LockedFile locked = null;
    try {
      locked = open(file, identity);
      return Optional.ofNullable(locked);
    } finally {
      if (locked == null) {
        HELD.remove(identity);
      }
    }
  }

  /** Whether this process has locked {@code file}; opening and closing it would drop the lock. */
  public static boolean isHeldHere(Path file) throws IOException {
    return HELD.contains(identity(file));
  }

  private static @Nullable LockedFile open(Path file, Object identity) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean kept = false;
    try {
      @Nullable FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      if (lock == null) {
        return null;
      }
      if (!identity(file).equals(identity)) {
        throw new IOException(file + " was replaced while it was opened");
      }
      kept = true;
      return new LockedFile(identity, channel, lock);
    } catch (OverlappingFileLockException e) {
      return null; // locked by other code in this process
    } finally {
      if (!kept) {
        channel.close();
      }
    }
  }

  /** Unlike opening with CREATE, this never opens and closes an existing file. */
  private static void create(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file)) {
        throw new IOException(FileErrors.describe(file) + ", not a file", e);
      }
    }
  }

  /** Differs for another file at the same path. */
  static Object identity(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file.toRealPath() : key;
  }

  /** The locked file, to read and write; the caller must not close it. */
  public FileChannel channel() {
    return channel;
  }

  /** Locks again after this process may have closed another descriptor; false when it failed. */
  boolean renew() throws IOException {
    lock.release();
    @Nullable FileLock again = channel.tryLock(LOCKED_BYTE, 1, false);
    if (again == null) {
      return false;
    }
    lock = again;
    return true;
  }

  /** Idempotent. The file stays: removing it would allow two owners. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        channel.close();
      } finally {
        HELD.remove(identity);
      }
    }
  }
}
