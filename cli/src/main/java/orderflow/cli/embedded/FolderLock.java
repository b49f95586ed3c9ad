package orderflow.cli.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to work in a data folder: a locked file in it, which names the owner's process. The
 * operating system lets go of it when the process ends, however it ends.
 */
final class FolderLock implements AutoCloseable {
  static final String FILE = "broker.lock";

  /** Longest owner line that is believed; a process id has up to ten digits. */
  private static final int MAX_OWNER_BYTES = 32;

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made when missing.
   *
   * @throws DataFolderInUseException when a broker works there already
   * @throws BrokerStartException when the folder cannot be made or written
   */
  static FolderLock take(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      boolean taken = false;
      try {
        if (tryLock(channel) == null) {
          throw new DataFolderInUseException(folder, owner(channel));
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
        taken = true;
        return new FolderLock(channel);
      } finally {
        if (!taken) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new BrokerStartException("cannot use the data folder " + folder + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Idempotent. The file stays: removing it would let two owners in. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release the data folder", e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Best effort: some systems do not let others read a locked file. */
  private static String owner(FileChannel channel) {
    try {
      ByteBuffer line = ByteBuffer.allocate(MAX_OWNER_BYTES);
      channel.read(line, 0);
      String pid = new String(line.array(), 0, line.position(), US_ASCII);
      return pid.matches("\\d+") ? "process " + pid : "another process";
    } catch (IOException e) {
      return "another process";
    }
  }
}
