package orderflow.cli.prove.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import org.jspecify.annotations.Nullable;

/**
 * A C library that one service process preloads: it makes the process's disk and clock fail, see
 * {@code faults.c}. Not thread-safe.
 */
final class FaultLibrary {
  private static final String SOURCE = "faults.c";
  private static final Duration COMPILE_LIMIT = Duration.ofSeconds(60);

  /** Size of the file of switches, and the place of each in it. */
  private static final int SIZE = 16;

  private static final int CLOCK = 0;
  private static final int FULL = 8;
  private static final int FROZEN = 9;

  private final Path library;
  private final Path switches;

  private FaultLibrary(Path library, Path switches) {
    this.library = library;
    this.switches = switches;
  }

  /** Why there can be no such library here; empty when there can. */
  static Optional<String> unsupported() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("only Linux can preload the library for disk and clock faults");
    }
    return run("cc", "--version")
        ? Optional.empty()
        : Optional.of("the library for disk and clock faults needs a C compiler (cc)");
  }

  /**
   * Compiles it.
   *
   * @param folder gets the library and the switches
   * @param name of the process that preloads it
   * @throws CliException when that fails
   */
  static FaultLibrary build(Path folder, String name) {
    Path library = folder.resolve("faults.so");
    Path switches = folder.resolve(name + ".switches");
    try {
      if (!Files.exists(library)) {
        compile(folder.resolve(SOURCE), library);
      }
      Files.write(switches, new byte[SIZE]);
    } catch (IOException e) {
      throw failed(e.getMessage(), e);
    }
    return new FaultLibrary(library, switches);
  }

  private static void compile(Path source, Path library) throws IOException {
    try (InputStream in = FaultLibrary.class.getResourceAsStream(SOURCE)) {
      Files.copy(Objects.requireNonNull(in), source);
    }
    boolean compiled =
        run(
            "cc",
            "-shared",
            "-fPIC",
            "-O2",
            "-o",
            library.toString(),
            source.toString(),
            "-ldl",
            "-lpthread");
    if (!compiled) {
      throw new IOException("cc cannot compile " + source);
    }
  }

  private static CliException failed(@Nullable String why, Exception e) {
    return new CliException(ExitCode.INTERNAL, "disk and clock faults are not possible: " + why, e);
  }

  /** The environment of the process that preloads it. */
  Map<String, String> variables() {
    return Map.of(
        "LD_PRELOAD", library.toString(), "ORDERFLOW_FAULT_SWITCHES", switches.toString());
  }

  /** Whether writes to the write-ahead log fail because no space is left. */
  void setFull(boolean full) {
    set(FULL, full ? 1 : 0);
  }

  /** Whether syncs of the database and its log hang. */
  void setFrozen(boolean frozen) {
    set(FROZEN, frozen ? 1 : 0);
  }

  /** Sets the wall clock of the process forward; back when negative. */
  void shiftClock(Duration shift) {
    set(CLOCK, shift.toSeconds());
  }

  /** The process maps the file, too. */
  private void set(int at, long value) {
    try (var file = new RandomAccessFile(switches.toFile(), "rw")) {
      var mapped = file.getChannel().map(MapMode.READ_WRITE, 0, SIZE);
      mapped.order(ByteOrder.nativeOrder());
      if (at == CLOCK) {
        mapped.putLong(at, value);
      } else {
        mapped.put(at, (byte) value);
      }
    } catch (IOException e) {
      throw failed(e.getMessage(), e);
    }
  }

  private static boolean run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(COMPILE_LIMIT.toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // it is not installed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
