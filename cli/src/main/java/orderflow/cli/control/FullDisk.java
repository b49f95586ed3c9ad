package orderflow.cli.control;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;

/**
 * A small file system in memory for one service's data, which can be filled up and emptied again.
 * Needs the right to mount, as root has it.
 */
final class FullDisk implements AutoCloseable {
  private static final String SIZE = "64m";
  private static final int BLOCK = 4 * 1024;

  private final Path folder;
  private final Optional<String> unable;

  private FullDisk(Path folder, Optional<String> unable) {
    this.folder = folder;
    this.unable = unable;
  }

  /** Mounts it over {@code folder}; where that is not allowed, {@link #unable} says so. */
  static FullDisk over(Path folder) throws InterruptedException {
    try {
      Files.createDirectories(folder);
      boolean mounted =
          run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "orderflow", folder.toString());
      return new FullDisk(
          folder,
          mounted
              ? Optional.empty()
              : Optional.of("a disk that can be filled needs the right to mount (root)"));
    } catch (IOException e) {
      return new FullDisk(folder, Optional.of("no disk can be mounted: " + e.getMessage()));
    }
  }

  /** No disk of our own. */
  static FullDisk none() {
    return new FullDisk(Path.of("."), Optional.of("no disk that can be filled was asked for"));
  }

  Optional<String> unable() {
    return unable;
  }

  /**
   * Writes until there is no more room.
   *
   * @throws CommandFailure when there is room left all the same
   */
  void fill() {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      byte[] block = new byte[BLOCK];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      requireFull(e);
    }
  }

  /** A file may also end for another reason, such as a limit on its size. */
  private void requireFull(IOException reason) {
    try {
      long left = Files.getFileStore(folder).getUsableSpace();
      if (left >= BLOCK) {
        throw new CommandFailure(
            ExitCode.INTERNAL,
            "the disk cannot be filled, %d bytes are left: %s".formatted(left, reason.getMessage()),
            reason);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.INTERNAL, "whether the disk is full cannot be told: " + e.getMessage(), e);
    }
  }

  void free() {
    try {
      Files.deleteIfExists(ballast());
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.INTERNAL, "the full disk cannot be emptied: " + e.getMessage(), e);
    }
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  /** Copies what is on it to the folder beneath it, which is seen once it is closed. */
  void keepFiles() {
    if (unable.isPresent()) {
      return;
    }
    Path copies = folder.resolveSibling(folder.getFileName() + ".kept");
    try (Stream<Path> files = Files.list(folder)) {
      Files.createDirectories(copies);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.equals(ballast())) {
          Files.copy(file, copies.resolve(file.getFileName()));
        }
      }
    } catch (IOException e) {
      // the other files are worth keeping without it
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @Override
  public void close() {
    if (unable.isEmpty()) {
      try {
        boolean _ = run("umount", "-l", folder.toString());
      } catch (IOException e) {
        // what is mounted stays until the machine restarts; nothing is lost by it
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
