package orderflow.cli.deadletter;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import orderflow.messaging.Delivery;

/** Writes dead letters to a new file with mode 0600. Not thread-safe. */
public final class ExportFile implements AutoCloseable {
  private final FileChannel channel;
  private final BufferedWriter out;
  private final Path file;
  private long written;
  private long syncedBytes = -1;

  private ExportFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    this.out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
  }

  /**
   * @throws IOException when the file exists or cannot be created
   */
  public static ExportFile create(Path file) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly);
    syncFolder(file);
    return new ExportFile(file, channel);
  }

  /** Otherwise the file may have no name after a power loss. */
  private static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
        opened.force(true);
      } catch (IOException e) {
        // Windows opens no folders, and some file systems sync none
      }
    }
  }

  public void write(DeadLetterInfo info, Delivery message) throws IOException {
    DeadLetterFile.write(info, message, out);
    out.write('\n');
    written++;
  }

  public long written() {
    return written;
  }

  /** Returns once everything written is on the disk. */
  public void sync() throws IOException {
    out.flush();
    channel.force(true);
    syncedBytes = channel.position();
  }

  /**
   * Removes unsynced data, of which a full disk may have left half a line; and the file if nothing
   * was.
   */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(Math.max(0, syncedBytes));
    } finally {
      if (syncedBytes < 0) {
        Files.deleteIfExists(file);
      }
    }
  }
}
