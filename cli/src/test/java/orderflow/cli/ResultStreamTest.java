package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of standard output. */
class ResultStreamTest {
  @TempDir private Path home = Path.of("");

  /**
   * @param redirected the end of the shell's command line
   */
  private Launch.Result run(String redirected, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" " + redirected, "sh"));
    command.addAll(Launch.program());
    command.addAll(List.of(arguments));
    return Launch.ofCommand(command.toArray(String[]::new))
        .with("PATH", System.getenv("PATH"))
        .with("HOME", home)
        .run();
  }

  /** A cut export must not look complete. */
  @ParameterizedTest
  @ValueSource(strings = {"topology export", "completion bash", "verify --list", "help place"})
  void fullDiskIsReported(String command) throws Exception {
    Launch.Result result = run("> /dev/full", command.split(" "));

    assertEquals(
        "orderflow: standard output cannot be written: No space left on device\n", result.err());
    assertEquals(3, result.exit());
  }

  @Test
  void failedCommandKeepsItsExitCode() throws Exception {
    assertEquals(2, run("> /dev/full", "topology", "--queue-type", "none").exit());
  }

  @Test
  void closedPipeIsNotAnError() throws Exception {
    for (String enough : List.of("| head -n 1 > /dev/null", ">&-")) {
      Launch.Result result = run(enough, "completion", "bash");

      assertEquals("", result.err());
      assertEquals(0, result.exit());
    }
  }
}
