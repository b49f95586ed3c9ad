package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The output to a simulated terminal. */
class StatusLinesTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private Terminal terminal;
  private StatusLines screen;

  @BeforeEach
  void start() throws Exception {
    terminal = new LineDisciplineTerminal("test", "xterm", sent, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(20, 4));
    screen = new StatusLines(terminal, new PrintWriter(Writer.nullWriter()));
  }

  private String sent() {
    String text = sent.toString(StandardCharsets.UTF_8);
    sent.reset();
    return text;
  }

  @Test
  void onlyChangesAreDrawn() {
    screen.show(List.of("depth 1", "still"));
    assertTrue(sent().contains("still"));
    screen.show(List.of("depth 2", "still"));
    String change = sent();

    assertTrue(change.contains("2"), change);
    assertFalse(change.contains("still"), change);
  }

  @Test
  void printedLineStaysAbove() {
    screen.show(List.of("below"));
    sent();
    screen.print("stays");
    String printed = sent();

    assertTrue(printed.indexOf("stays") < printed.indexOf("below"), printed);
  }

  @Test
  void linesAreCutToTheTerminal() {
    screen.show(List.of("123456789012345678901234567890", "2", "3", "4th", "5th"));
    String drawn = sent();

    assertTrue(drawn.contains("1234567890123456789"), drawn);
    assertFalse(drawn.contains("12345678901234567890"), drawn);
    assertFalse(drawn.contains("4th"), drawn);
  }

  @Test
  void followsTheTerminalSize() {
    screen.show(List.of("12345678901234567890"));
    terminal.setSize(Size.of(11, 4));
    sent();
    screen.show(List.of("abcdefghijklmnop"));

    assertTrue(sent().contains("abcdefghij"));
    assertEquals(10, screen.width());
  }

  @Test
  void nothingIsDrawnAfterClose() {
    screen.show(List.of("a line"));
    screen.close();
    sent();
    screen.show(List.of("late"));
    screen.print("late");

    assertEquals("", sent());
  }

  @Test
  void sparklineBarsShowTheValues() {
    assertEquals("▁▄█", Sparkline.of(new long[] {0, 50, 100}, 10));
    assertEquals("▁▂▁", Sparkline.of(new long[] {0, 1, 0}, 10), "one is no flood");
    assertEquals("?▁", Sparkline.of(new long[] {-1, 0}, 10));
    assertEquals("▁█", Sparkline.of(new long[] {0, -1, 9, 3}, 2), "the greatest of each");
    assertEquals("", Sparkline.of(new long[] {1}, 0));
  }
}
