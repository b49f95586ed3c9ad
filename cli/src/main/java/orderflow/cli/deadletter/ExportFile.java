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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import orderflow.messaging.Delivery;

/** Writes dead letters to a new file that only its owner may read. Not thread-safe. */
public final class ExportFile implements AutoCloseable {
  /** From the first moment: whoever has opened it once can read on. */
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final FileChannel channel;
  private final BufferedWriter out;
  private final Path file;
  private long written;
  private boolean synced;
  private long syncedBytes;

  private ExportFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    this.out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
  }

  /**
   * @throws IOException when the file is there already or cannot be made
   */
  public static ExportFile to(Path file) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
    syncFolder(file);
    return new ExportFile(file, channel);
  }

  /** Else a file whose bytes are on the disk may have no name after a power loss. */
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

  public void write(DeadLetterInfo view, Delivery letter) throws IOException {
    DeadLetterFile.write(view, letter, out);
    out.write('\n');
    written++;
  }

  /** How many there are in the file. */
  public long written() {
    return written;
  }

  /** Returns once all of it has reached the disk. */
  public void sync() throws IOException {
    out.flush();
    channel.force(true);
    syncedBytes = channel.position();
    synced = true;
  }

  /**
   * Takes off what was not sure to have reached the disk, of which a full one may have left half a
   * line. A file that nothing was sure to reach is of no use, and would be in the way of the next.
   */
  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(syncedBytes);
    } finally {
      if (!synced) {
        Files.deleteIfExists(file);
      }
    }
  }
}
