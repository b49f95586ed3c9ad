package orderflow.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CliContextTest {
  @Test
  void columnsVariableOverridesTheTerminalWidth() {
    assertEquals(80, CliContext.columns(true, null, 80));
    assertEquals(120, CliContext.columns(true, "120", 80));
    for (String nonsense : new String[] {"", "0", "-5", "wide", "99999"}) {
      assertEquals(80, CliContext.columns(true, nonsense, 80), nonsense);
    }
    assertEquals(0, CliContext.columns(true, null, -1), "unknown");
    assertEquals(0, CliContext.columns(false, "120", 80), "a pipe has no edge");
  }
}
