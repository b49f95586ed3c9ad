package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SurroundingsTest {
  @Test
  void aTerminalIsAsWideAsItSaysUnlessAPersonSaysOtherwise() {
    assertEquals(80, Surroundings.columns(true, null, 80));
    assertEquals(120, Surroundings.columns(true, "120", 80));
    for (String nonsense : new String[] {"", "0", "-5", "wide", "99999"}) {
      assertEquals(80, Surroundings.columns(true, nonsense, 80), nonsense);
    }
    assertEquals(0, Surroundings.columns(true, null, -1), "unknown");
    assertEquals(0, Surroundings.columns(false, "120", 80), "a pipe has no edge");
  }
}
