package orderflow.cli.prove.environment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;

/**
 * Takes back the writes to a database that were not synced, as a power cut may. The {@link
 * FaultLibrary} has recorded what they replaced.
 */
final class UnsyncedWrites {
  private static final int HEADER = 3 * Long.BYTES;

  private UnsyncedWrites() {}

  /** The bytes that a write replaced, and the size of the file before it. */
  private record Replaced(long at, long size, ByteBuffer bytes) {}

  /**
   * Takes them back. No process may have the database open.
   *
   * @return how many writes
   * @throws CliException when there are no records of {@code database}, or they cannot be applied
   */
  static int discard(Path database) {
    try {
      if (!Files.exists(undo(database)) && !Files.exists(undo(log(database)))) {
        throw new IOException("the writes to " + database + " were not recorded");
      }
      return restore(database) + restore(log(database));
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, "no power cut: " + e.getMessage(), e);
    }
  }

  private static Path log(Path database) {
    return database.resolveSibling(database.getFileName() + "-wal");
  }

  private static Path undo(Path file) {
    return file.resolveSibling(file.getFileName() + ".undo");
  }

  private static int restore(Path file) throws IOException {
    if (!Files.exists(undo(file)) || !Files.exists(file)) {
      return 0;
    }
    Deque<Replaced> newestFirst = read(undo(file));
    int count = newestFirst.size();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (Replaced write : newestFirst) {
        for (long at = write.at(); write.bytes().hasRemaining(); ) {
          at += channel.write(write.bytes(), at);
        }
        channel.truncate(write.size());
      }
      channel.force(true);
    }
    Files.delete(undo(file));
    return count;
  }

  /** A last record that is cut off belongs to a write that was not made. */
  private static Deque<Replaced> read(Path undo) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(undo)).order(ByteOrder.nativeOrder());
    var newestFirst = new ArrayDeque<Replaced>();
    while (all.remaining() >= HEADER) {
      long at = all.getLong();
      long size = all.getLong();
      long length = all.getLong();
      if (at < 0 || size < 0 || length < 0) {
        throw new EOFException(undo + " is damaged");
      }
      if (length > all.remaining()) {
        break;
      }
      newestFirst.addFirst(new Replaced(at, size, all.slice(all.position(), (int) length)));
      all.position(all.position() + (int) length);
    }
    return newestFirst;
  }
}
