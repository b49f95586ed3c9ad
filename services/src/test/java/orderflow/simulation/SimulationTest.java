package orderflow.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guarantees, under every fault at every step. {@code -Dsim.seeds=100000 -Dsim.from=1} runs
 * more; {@code -Dsim.seed=42} runs one and prints what happened in it.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("sim.seeds", 2_000);
  private static final long FROM = Long.getLong("sim.from", 1);
  private static final int MOST_FAILURES = 5;

  /** A planted fault must be found within so many seeds. */
  private static final int SEEDS_TO_FIND = 2_000;

  @Test
  void nothingIsLostAndNothingIsDoubled() throws Exception {
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      Simulation.Result result = traced(one);
      result.trace().forEach(System.out::println);
      assertEquals(List.of(), result.violations());
      return;
    }
    Seeds seeds = Seeds.run(Flaw.NONE, FROM, SEEDS, failures -> failures >= MOST_FAILURES);
    System.out.println("simulation: " + seeds.report());
    if (!seeds.failures().isEmpty()) {
      seeds.failures().forEach(SimulationTest::print);
      throw new AssertionError("failed: " + seeds.report());
    }
  }

  @Test
  void theSameSeedGivesTheSameRun() throws Exception {
    for (long seed = FROM; seed < FROM + 20; seed++) {
      Simulation.Result first = traced(seed);
      assertFalse(first.trace().isEmpty());
      assertEquals(first, traced(seed));
    }
  }

  static Stream<String> plantedFaults() {
    return PlantedFaults.ALL.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("plantedFaults")
  void aPlantedFaultIsFound(String name) throws Exception {
    Flaw flaw = Objects.requireNonNull(PlantedFaults.ALL.get(name));
    Seeds seeds = Seeds.run(flaw, FROM, SEEDS_TO_FIND, failures -> true);
    assertTrue(!seeds.failures().isEmpty(), "not found in " + SEEDS_TO_FIND + " seeds: " + name);
    Simulation.Result found = seeds.failures().getFirst();
    System.out.printf(
        "planted fault found with seed %d: %s: %s%n",
        found.seed(), name, found.violations().getFirst());
  }

  private static Simulation.Result traced(long seed) throws InterruptedException {
    try (var stores = new Stores()) {
      return Simulation.run(seed, Flaw.NONE, stores, true);
    }
  }

  private static void print(Simulation.Result failure) {
    System.out.printf(
        "seed %d (run it alone with -Dsim.seed=%d):%n", failure.seed(), failure.seed());
    failure.violations().forEach(violation -> System.out.println("  " + violation));
  }
}
