package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import orderflow.cli.Cli;
import orderflow.cli.Schemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A short endurance run. */
@Timeout(300)
class SoakTest {
  @TempDir Path folder;

  @Test
  void leakIsNamedWithItsService() throws Exception {
    Path junit = folder.resolve("soak.xml");
    System.setProperty("orderflow.verify.main", LeakyInventory.class.getName());
    Cli.Result result;
    try {
      result =
          new Cli()
              .run(
                  "verify",
                  "--soak",
                  "30s",
                  "--soak-window",
                  "10s",
                  "--seed",
                  "1",
                  "--junit",
                  junit.toString(),
                  "-o",
                  "json");
    } finally {
      System.clearProperty("orderflow.verify.main");
    }

    assertEquals(5, result.exit(), result.out() + result.err());
    Schemas.checkDocument("verify", result.out());
    JsonNode scenarios = result.json().path("scenarios");
    assertEquals(4, scenarios.size());
    JsonNode soak = scenarios.get(3);
    assertEquals("soak", soak.path("name").stringValue());
    assertEquals("fail", soak.path("verdict").stringValue(), soak.toString());
    String summary = soak.path("summary").stringValue();
    assertTrue(summary.contains("inventory: heap after GC grew by"), summary);
    assertTrue(Files.readString(junit).contains("inventory: heap after GC grew by"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kill-order", "--all", "--shorten"})
  void otherChoicesOfScenariosAreWrongUsage(String argument) {
    Cli.Result result = new Cli().run("verify", "--soak", "1h", argument);

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--soak"), result.err());
  }

  @Test
  void windowMustFitIntoTheRun() {
    Cli.Result result = new Cli().run("verify", "--soak", "10s", "--soak-window", "1m");

    assertEquals(2, result.exit());
    assertTrue(result.err().contains("--soak-window"), result.err());
  }
}
