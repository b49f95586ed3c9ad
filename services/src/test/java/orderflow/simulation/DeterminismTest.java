package orderflow.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

/** A failing seed can be debugged, because it fails again in the same way. */
class DeterminismTest {
  @Test
  void sameSeedGivesTheSameRun() throws Exception {
    for (long seed = SeedRunner.FROM; seed < SeedRunner.FROM + 20; seed++) {
      Simulation.Result first = SeedRunner.traced(seed);
      assertFalse(first.trace().isEmpty());
      assertEquals(first, SeedRunner.traced(seed));
    }
  }
}
