package orderflow.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker finds each planted fault. */
class PlantedFaultsTest {
  /** The number of seeds within which each planted fault must be found. */
  private static final int SEEDS_TO_FIND = 2_000;

  static Stream<String> plantedFaults() {
    return PlantedFaults.ALL.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("plantedFaults")
  void plantedFaultIsFound(String name) throws Exception {
    PlantedFault planted = Objects.requireNonNull(PlantedFaults.ALL.get(name));
    SeedRunner seeds = SeedRunner.run(planted, SeedRunner.FROM, SEEDS_TO_FIND, failures -> true);
    assertTrue(!seeds.failures().isEmpty(), "not found in " + SEEDS_TO_FIND + " seeds: " + name);
    Simulation.Result found = seeds.failures().getFirst();
    System.out.printf(
        "planted fault found with seed %d: %s: %s%n",
        found.seed(), name, found.violations().getFirst());
  }
}
