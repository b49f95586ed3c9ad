package orderflow.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The guarantees, under every fault at every step. {@code -Dsim.seeds=100000 -Dsim.from=1} runs
 * more; {@code -Dsim.seed=42} runs one and prints its steps.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("sim.seeds", 2_000);
  private static final int MOST_FAILURES = 5;
  private static final int MOST_VIOLATIONS = 4;
  private static final String OUTPUT =
      "services/target/surefire-reports/" + SimulationTest.class.getName() + "-output.txt";

  @Test
  void noOrderIsLostOrDuplicated() throws Exception {
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      Simulation.Result result = SeedRunner.traced(one);
      result.trace().forEach(System.out::println);
      result.violations().forEach(System.out::println);
      assertTrue(result.violations().isEmpty(), () -> describe(result));
      return;
    }
    SeedRunner seeds =
        SeedRunner.run(
            PlantedFault.NONE, SeedRunner.FROM, SEEDS, failures -> failures >= MOST_FAILURES);
    System.out.println("simulation: " + seeds.report());
    if (!seeds.failures().isEmpty()) {
      Simulation.Result first = seeds.failures().getFirst();
      SeedRunner.traced(first.seed()).trace().forEach(System.out::println);
      seeds.failures().forEach(failure -> System.out.println(describe(failure)));
      throw new AssertionError(describe(first) + "\n  " + seeds.report());
    }
  }

  /** The failures for the console. */
  private static String describe(Simulation.Result failure) {
    var text = new StringBuilder();
    text.append("seed %d does not add up:".formatted(failure.seed()));
    failure.violations().stream()
        .limit(MOST_VIOLATIONS)
        .forEach(violation -> text.append("\n    ").append(violation));
    text.append(
        "\n  %d in all; replay it: mvn -pl services test -Dtest=SimulationTest -Dsim.seed=%d"
            .formatted(failure.violations().size(), failure.seed()));
    text.append("\n  every step is in ").append(OUTPUT);
    return text.toString();
  }
}
