package orderflow.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A small ext4 file system in a file. While it is frozen, writes hang. Needs root and loop devices;
 * otherwise the test is skipped.
 */
public final class FrozenDisk implements AutoCloseable {
  private final Path mount;
  private boolean frozen;

  private FrozenDisk(Path mount) {
    this.mount = mount;
  }

  /** Mounts one below {@code folder}. */
  public static FrozenDisk below(Path folder) throws IOException, InterruptedException {
    Path image = folder.resolve("image");
    Path mount = Files.createDirectory(folder.resolve("mount"));
    boolean mounted =
        run("truncate", "-s", "64M", image.toString())
            && run("mkfs.ext4", "-q", "-F", image.toString())
            && run("mount", "-o", "loop", image.toString(), mount.toString());
    Assumptions.assumeTrue(mounted, "a disk that freezes needs root and loop devices");
    var disk = new FrozenDisk(mount);
    if (!run("fsfreeze", "-f", mount.toString()) || !run("fsfreeze", "-u", mount.toString())) {
      disk.close();
      Assumptions.abort("fsfreeze does not work here");
    }
    return disk;
  }

  /** The mount point. */
  public Path folder() {
    return mount;
  }

  public void freeze() throws IOException, InterruptedException {
    frozen = true;
    require(run("fsfreeze", "-f", mount.toString()));
  }

  public void thaw() throws IOException, InterruptedException {
    require(run("fsfreeze", "-u", mount.toString()));
    frozen = false;
  }

  @Override
  public void close() throws IOException {
    try {
      if (frozen) {
        thaw();
      }
      require(run("umount", mount.toString()) || run("umount", "-l", mount.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void require(boolean done) {
    if (!done) {
      throw new IllegalStateException("the disk at " + mount + " could not be frozen or thawed");
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
