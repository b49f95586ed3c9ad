package orderflow.cli.prove.environment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.cli.io.CliException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C library in processes of its own. */
class FaultLibraryTest {
  @TempDir private Path folder = Path.of("");

  private FaultLibrary library;

  @BeforeEach
  void build() {
    FaultLibrary.unsupported().ifPresent(Assumptions::abort);
    library = FaultLibrary.build(folder, "test");
  }

  /** Writes a database and its log with and without a sync, and ends as in a power cut. */
  static final class Writer {
    public static void main(String[] arguments) throws IOException {
      Path database = Path.of(arguments[0]);
      try (FileChannel file = open(database);
          FileChannel log = open(Path.of(database + "-wal"))) {
        write(file, 0, "synced");
        file.force(false);
        write(file, 2, "XXXXXXXX");
        write(file, 0, "YY");
        write(log, 0, "one two three");
        log.force(true);
        log.truncate(3);
        write(log, 5, "!");
        Runtime.getRuntime().halt(0);
      }
    }

    private static FileChannel open(Path file) throws IOException {
      return FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void write(FileChannel file, long at, String text) throws IOException {
      file.write(ByteBuffer.wrap(text.getBytes(UTF_8)), at);
    }
  }

  private String run(String... command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(library.variables());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }

  private String write(Path database) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Writer.class.getName(), database.toString()));
    return run(command.toArray(String[]::new));
  }

  @Test
  void powerCutTakesBackWritesSinceTheLastSync() throws Exception {
    Path database = folder.resolve("some.db");
    assertEquals("", write(database));
    assertEquals("YYXXXXXXXX", Files.readString(database));

    assertEquals(4, UnsyncedWrites.discard(database));

    assertEquals("synced", Files.readString(database));
    assertEquals("one two three", Files.readString(folder.resolve("some.db-wal")));
  }

  @Test
  void otherFilesAreLeftAlone() throws Exception {
    Path other = folder.resolve("some.txt");
    assertEquals("", write(other));

    assertEquals("YYXXXXXXXX", Files.readString(other));
    CliException failure = assertThrows(CliException.class, () -> UnsyncedWrites.discard(other));
    assertTrue(failure.problem().contains("not recorded"), failure.problem());
  }

  @Test
  void fullDiskRefusesWritesToTheLogOnly() throws Exception {
    Path database = folder.resolve("some.db");
    library.setFull(true);

    String output = write(database);

    assertTrue(output.contains("No space left on device"), output);
    assertEquals("YYXXXXXXXX", Files.readString(database));
    assertEquals("", Files.readString(folder.resolve("some.db-wal")));
  }

  @Test
  void clockIsShiftedBothWays() throws Exception {
    long now = Long.parseLong(run("date", "+%s").strip());
    library.shiftClock(Duration.ofDays(-1));
    long yesterday = Long.parseLong(run("date", "+%s").strip());
    library.shiftClock(Duration.ofHours(2));
    long later = Long.parseLong(run("date", "+%s").strip());

    assertEquals(-86_400.0, (double) (yesterday - now), 60);
    assertEquals(7_200.0, (double) (later - now), 60);
  }
}
