package orderflow.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The guarantees, under every fault at every step. {@code -Dsim.seeds=100000 -Dsim.from=1} runs
 * more; {@code -Dsim.seed=42} runs one and prints what happened in it.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("sim.seeds", 2_000);
  private static final int MOST_FAILURES = 5;

  @Test
  void nothingIsLostAndNothingIsDoubled() throws Exception {
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      Simulation.Result result = Seeds.traced(one);
      result.trace().forEach(System.out::println);
      assertEquals(List.of(), result.violations());
      return;
    }
    Seeds seeds = Seeds.run(Flaw.NONE, Seeds.FROM, SEEDS, failures -> failures >= MOST_FAILURES);
    System.out.println("simulation: " + seeds.report());
    if (!seeds.failures().isEmpty()) {
      Seeds.traced(seeds.failures().getFirst().seed()).trace().forEach(System.out::println);
      seeds.failures().forEach(SimulationTest::print);
      throw new AssertionError("failed: " + seeds.report());
    }
  }

  private static void print(Simulation.Result failure) {
    System.out.printf(
        "seed %d (run it alone with -Dsim.seed=%d):%n", failure.seed(), failure.seed());
    failure.violations().forEach(violation -> System.out.println("  " + violation));
  }
}
