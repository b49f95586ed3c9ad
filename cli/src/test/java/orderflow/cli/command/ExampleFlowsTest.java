package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The Python flows of the documentation: verify finds out the naive one, and the careful passes.
 */
@Timeout(600)
class ExampleFlowsTest {
  private static final Path EXAMPLES = Path.of("../docs/examples").toAbsolutePath().normalize();
  private static final String MISSING =
      "no python3 with pika was found; install python3-pika (Debian) or pika (pip)";

  @TempDir private Path folder = Path.of("");
  private String python = "";

  @BeforeEach
  void findPython() throws Exception {
    Optional<String> found = Optional.empty();
    for (String candidate : List.of("python3", "/usr/bin/python3")) {
      if (found.isEmpty() && hasPika(candidate)) {
        found = Optional.of(candidate);
      }
    }
    if (found.isEmpty()) {
      assertFalse(System.getProperty("orderflow.real", "").equals("required"), MISSING);
      Assumptions.abort(MISSING);
    }
    python = found.orElseThrow();
  }

  private static boolean hasPika(String python) throws InterruptedException {
    try {
      return new ProcessBuilder(python, "-c", "import pika, sqlite3")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs scenarios on an example, as its documentation does. */
  private Result verify(String example, String... scenarios) throws IOException {
    String text = Files.readString(EXAMPLES.resolve(example));
    Path file = folder.resolve(example);
    Files.writeString(
        file,
        text.replace("\"python3\"", "\"" + python + "\"")
            .replace("command =", "folder = \"" + EXAMPLES + "\"\ncommand ="));
    List<String> arguments =
        List.of(
            "verify",
            "--control",
            "exec",
            "--exec",
            file.toString(),
            "--keep-on-failure",
            folder.toString(),
            "-o",
            "json");
    return new Cli()
        .run(Stream.concat(arguments.stream(), Stream.of(scenarios)).toArray(String[]::new));
  }

  private static JsonNode scenario(Result result, String name) {
    return result
        .json()
        .path("scenarios")
        .valueStream()
        .filter(scenario -> scenario.path("name").stringValue("").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertLost(JsonNode scenario) {
    assertEquals("fail", scenario.path("verdict").stringValue(), scenario.toString());
    assertFalse(scenario.path("lost").isEmpty(), scenario.toString());
    String name = scenario.path("name").stringValue();
    assertTrue(
        scenario.path("lost").get(0).stringValue().contains(name + "-"), scenario.toString());
  }

  @Test
  void naiveFlowIsFoundOutWithTheOrdersNamed() throws Exception {
    Result result = verify("naive.toml", "kill-inventory");

    assertEquals(5, result.exit(), result.out() + result.err());
    assertLost(scenario(result, "kill-inventory")); // acknowledged before the work was done
    assertTrue(
        scenario(result, "kill-inventory").toString().contains("not judged: "), result.out());
  }

  @Test
  void carefulFlowPasses() throws Exception {
    Result result = verify("careful.toml", "duplicate", "broker-restart");

    assertEquals(0, result.exit(), result.out() + result.err());
    for (JsonNode scenario : result.json().path("scenarios")) {
      assertEquals("pass", scenario.path("verdict").stringValue(), scenario.toString());
    }
  }
}
