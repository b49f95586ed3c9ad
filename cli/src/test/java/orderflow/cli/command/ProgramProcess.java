package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import orderflow.cli.Orderflow;
import orderflow.testing.Await;

/** The program in its own process, for signals; killed on close. */
final class ProgramProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final Process process;
  private final Path out;
  private final Path err;

  private ProgramProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * @param folder for the files with its output
   */
  static ProgramProcess start(Path folder, String... words) throws IOException {
    return start(Orderflow.class, folder, words);
  }

  /** The same with another main class. */
  static ProgramProcess start(Class<?> main, Path folder, String... words) throws IOException {
    Path out = Files.createTempFile(folder, words[0], ".out");
    Path err = Files.createTempFile(folder, words[0], ".err");
    List<String> command = new ArrayList<>(takingSignals());
    command.addAll(java());
    command.set(command.size() - 1, main.getName());
    command.addAll(List.of(words));
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("ORDERFLOW_"));
    builder.environment().put("ORDERFLOW_CONFIG", "/dev/null");
    return new ProgramProcess(
        builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err);
  }

  /** The command line of the program, without the launcher. */
  static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Orderflow.class.getName()));
    return command;
  }

  /** Background processes of a shell ignore SIGINT, and so would this one. */
  private static List<String> takingSignals() throws IOException {
    Path status = Path.of("/proc/self/status");
    boolean ignored =
        Files.exists(status)
            && Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    return ignored ? List.of("env", "--default-signal=INT") : List.of();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  ProgramProcess awaitOut(String text) throws Exception {
    Await.until("results with: " + text, LIMIT, () -> out().contains(text));
    return this;
  }

  ProgramProcess awaitErr(String text) throws Exception {
    Await.until("progress with: " + text, LIMIT, () -> err().contains(text));
    return this;
  }

  ProgramProcess signal(String signal) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).inheritIO().start();
    assertEquals(0, kill.waitFor());
    return this;
  }

  void assertEnds(int exit) throws Exception {
    assertEndsWithin(LIMIT, exit);
  }

  void assertEndsWithin(Duration limit, int exit) throws Exception {
    boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    assertTrue(ended, () -> "does not end within " + limit);
    assertEquals(exit, process.exitValue(), err());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
