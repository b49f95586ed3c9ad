package orderflow.cli.prove.environment;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import orderflow.rabbit.ProcessGuard;

/**
 * A small file system for one service's data, which can be filled and emptied, or frozen and thawed
 * again. Needs the right to mount, as root has it, and loop devices for one that freezes. Not
 * thread-safe.
 */
final class FaultyDisk implements AutoCloseable {
  private static final String SIZE = "64m";
  private static final int BLOCK = 4 * 1024;
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final ProcessGuard guard;
  private final Optional<String> fillUnsupported;
  private final Optional<String> freezeUnsupported;
  private boolean frozen;

  private FaultyDisk(
      Path folder,
      ProcessGuard guard,
      Optional<String> unableToFill,
      Optional<String> unableToFreeze) {
    this.folder = folder;
    this.guard = guard;
    this.fillUnsupported = unableToFill;
    this.freezeUnsupported = unableToFreeze;
  }

  /**
   * Mounts one over {@code folder} unless the usual disk will do; what it cannot be made to do here
   * it says itself.
   *
   * @param guard unmounts it when this process ends without doing so
   */
  static FaultyDisk over(Path folder, DiskChoice choice, ProcessGuard guard) throws IOException {
    if (choice == DiskChoice.SYSTEM) {
      Optional<String> unasked = Optional.of("no disk for this was asked for");
      return new FaultyDisk(folder, guard, unasked, unasked);
    }
    Files.createDirectories(folder);
    if (choice == DiskChoice.FREEZABLE && mountImage(folder, guard)) {
      return new FaultyDisk(folder, guard, Optional.empty(), Optional.empty());
    }
    guard.mounted(folder);
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "orderflow", folder.toString());
    if (!mounted) {
      guard.unmounted();
    }
    return new FaultyDisk(
        folder,
        guard,
        mounted
            ? Optional.empty()
            : Optional.of("a disk that can be filled needs the right to mount (root)"),
        Optional.of("a disk that can be frozen needs root, loop devices, mkfs.ext4 and fsfreeze"));
  }

  /** Whether there is one now that can be frozen. */
  private static boolean mountImage(Path folder, ProcessGuard guard) {
    String image = image(folder).toString();
    guard.mounted(folder);
    if (run("truncate", "-s", SIZE, image)
        && run("mkfs.ext4", "-q", "-F", "-m", "0", image)
        && run("mount", "-o", "loop", image, folder.toString())) {
      if (run("fsfreeze", "-f", folder.toString()) && run("fsfreeze", "-u", folder.toString())) {
        return true;
      }
      boolean _ = run("umount", "-l", folder.toString());
    }
    guard.unmounted();
    return false;
  }

  private static Path image(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".image");
  }

  Optional<String> fillUnsupported() {
    return fillUnsupported;
  }

  Optional<String> freezeUnsupported() {
    return freezeUnsupported;
  }

  /**
   * Whoever writes to it waits from now on.
   *
   * @throws CliException when it cannot be frozen after all
   */
  void freeze() {
    frozen = true;
    if (!run("fsfreeze", "-f", folder.toString())) {
      thaw();
      throw new CliException(ExitCode.INTERNAL, "the disk at " + folder + " cannot be frozen");
    }
  }

  /** Does nothing when it is not frozen. */
  void thaw() {
    if (frozen) {
      frozen = false;
      boolean _ = run("fsfreeze", "-u", folder.toString()); // or the disk never was frozen
    }
  }

  /**
   * Writes until there is no more room.
   *
   * @throws CliException when there is room left all the same
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
        throw new CliException(
            ExitCode.INTERNAL,
            "the disk cannot be filled, %d bytes are left: %s".formatted(left, reason.getMessage()),
            reason);
      }
    } catch (IOException e) {
      throw new CliException(
          ExitCode.INTERNAL, "whether the disk is full cannot be told: " + e.getMessage(), e);
    }
  }

  void free() {
    try {
      Files.deleteIfExists(ballast());
    } catch (IOException e) {
      throw new CliException(
          ExitCode.INTERNAL, "the full disk cannot be emptied: " + e.getMessage(), e);
    }
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  /** Copies what is on it to the folder beneath it, which is seen once it is closed. */
  void keepFiles() {
    if (fillUnsupported.isPresent()) {
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

  /** Keeps an interrupt for later: what is frozen must be thawed. */
  private static boolean run(String... command) {
    boolean interrupted = Thread.interrupted();
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = false;
      long deadline = System.nanoTime() + COMMAND_LIMIT.toNanos();
      while (!ended && System.nanoTime() < deadline) {
        try {
          ended = process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    thaw();
    if (fillUnsupported.isEmpty() && run("umount", "-l", folder.toString())) {
      guard.unmounted();
      deleteImage();
    }
  }

  private void deleteImage() {
    try {
      Files.deleteIfExists(image(folder));
    } catch (IOException e) {
      // it goes with the folder
    }
  }
}
