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
 * A small file system for one service's data that can be filled and freed, or frozen and thawed.
 * Needs root to mount, and loop devices to freeze. Not thread-safe.
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
      Optional<String> fillUnsupported,
      Optional<String> freezeUnsupported) {
    this.folder = folder;
    this.guard = guard;
    this.fillUnsupported = fillUnsupported;
    this.freezeUnsupported = freezeUnsupported;
  }

  /**
   * Mounts a file system at {@code folder}, unless the system's disk was chosen.
   *
   * @param guard unmounts it when this process is killed
   */
  static FaultyDisk over(Path folder, DiskChoice choice, ProcessGuard guard) throws IOException {
    if (choice == DiskChoice.SYSTEM) {
      Optional<String> notChosen = Optional.of("no disk for this was requested");
      return new FaultyDisk(folder, guard, notChosen, notChosen);
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

  /** Returns whether a file system that can be frozen is mounted now. */
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
   * Makes every write hang.
   *
   * @throws CliException when that fails
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
      boolean _ = run("fsfreeze", "-u", folder.toString());
    }
  }

  /**
   * Writes until no space is left.
   *
   * @throws CliException when writing ends with space left, for example at a file size limit
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
          ExitCode.INTERNAL, "the space left on the disk is unknown: " + e.getMessage(), e);
    }
  }

  void free() {
    try {
      Files.deleteIfExists(ballast());
    } catch (IOException e) {
      throw new CliException(
          ExitCode.INTERNAL, "the full disk cannot be freed: " + e.getMessage(), e);
    }
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  /** Copies its files to a folder beside it, which remains after {@link #close}. */
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
      // the other files are worth keeping without these
    }
  }

  /** Not interruptible, because a frozen disk must be thawed; an interrupt is kept for later. */
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
      return false; // the command is not installed
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
      try {
        Files.deleteIfExists(image(folder));
      } catch (IOException e) {
        // it is deleted with the folder
      }
    }
  }
}
