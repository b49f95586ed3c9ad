package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.schedule.Failpoints;
import orderflow.failpoint.Failpoint;
import org.junit.jupiter.api.Test;

class CrashScenariosTest {
  private static List<String> faults(long seed) {
    return CrashScenarios.all(seed).stream()
        .flatMap(spec -> spec.steps().stream())
        .map(step -> step.fault().description())
        .toList();
  }

  @Test
  void servicesCrashAtEveryFailpoint() {
    Set<Failpoint> crashed = EnumSet.noneOf(Failpoint.class);
    Stream.of(ServiceName.values()).map(Failpoints::of).forEach(crashed::addAll);

    assertEquals(EnumSet.allOf(Failpoint.class), crashed);
  }

  @Test
  void eachPointOfAServiceIsOneStep() {
    for (ScenarioSpec spec : CrashScenarios.all(1).subList(0, ServiceName.values().length)) {
      long points =
          spec.steps().stream()
              .map(step -> step.fault().description().replaceAll(", pass .*", ""))
              .distinct()
              .count();

      assertEquals(points, spec.steps().size(), spec.name());
    }
  }

  @Test
  void seedDecidesTheOrder() {
    assertEquals(faults(7), faults(7));
    assertNotEquals(faults(7), faults(8));
  }
}
