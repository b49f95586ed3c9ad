package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenariosTest {
  private final Scenarios scenarios = new Scenarios("run", 1, false, Clock.systemUTC());

  @Test
  void docsListEveryScenarioWithItsPurpose() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/scenarios.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();

    assertEquals(
        scenarios.all().stream()
            .map(scenario -> "| `%s` | %s |".formatted(scenario.name(), scenario.purpose()))
            .toList(),
        rows);
  }

  @Test
  void everyFaultNamesItsEffect() {
    scenarios.all().stream()
        .flatMap(scenario -> scenario.spec().steps().stream())
        .map(step -> step.fault().requiredEffect())
        .forEach(effect -> assertEquals(false, effect.isBlank(), effect));
  }
}
