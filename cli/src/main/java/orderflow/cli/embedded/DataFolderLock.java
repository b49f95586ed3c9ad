package orderflow.cli.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import orderflow.store.FileErrors;
import orderflow.store.LockedFile;

/** A lock on a data folder: a locked file with the owner's process id, freed by the OS. */
final class DataFolderLock implements AutoCloseable {
  static final String FILE = "broker.lock";

  private static final int MAX_OWNER_BYTES = 32;

  private final Path folder;
  private final Path file;
  private LockedFile lock;

  private DataFolderLock(Path folder, LockedFile lock) {
    this.folder = folder;
    this.file = folder.resolve(FILE);
    this.lock = lock;
  }

  /**
   * Locks the folder, and creates it when missing.
   *
   * @throws DataFolderInUseException when another broker uses it
   * @throws BrokerStartException when it cannot be created or written
   */
  static DataFolderLock take(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      LockedFile lock =
          LockedFile.tryLock(file)
              .orElseThrow(() -> new DataFolderInUseException(folder, owner(file)));
      try {
        FileChannel channel = lock.channel();
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
        return new DataFolderLock(folder, lock);
      } catch (IOException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new BrokerStartException(
          "cannot use the data folder %s: %s; choose another with --data-dir"
              .formatted(folder, FileErrors.reason(e)),
          e);
    }
  }

  /** Restores a removed lock file; false when another broker has locked the folder meanwhile. */
  synchronized boolean restore() throws IOException {
    if (Files.exists(file) && LockedFile.isHeldHere(file)) {
      return true;
    }
    try {
      DataFolderLock again = take(folder);
      lock.close();
      lock = again.lock;
      return true;
    } catch (BrokerStartException e) {
      return false;
    }
  }

  /** Idempotent. The file stays: without it, two owners could lock two files. */
  @Override
  public synchronized void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release the data folder", e);
    }
  }

  /** Best effort: some systems do not allow others to read a locked file. */
  private static String owner(Path file) {
    try {
      if (LockedFile.isHeldHere(file)) {
        return "process " + ProcessHandle.current().pid();
      }
      try (FileChannel channel = FileChannel.open(file)) {
        ByteBuffer line = ByteBuffer.allocate(MAX_OWNER_BYTES);
        channel.read(line, 0);
        String pid = new String(line.array(), 0, line.position(), US_ASCII);
        return pid.matches("\\d+") ? "process " + pid : "another process";
      }
    } catch (IOException e) {
      return "another process";
    }
  }
}
