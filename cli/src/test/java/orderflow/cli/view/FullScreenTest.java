package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FullScreenTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private String sent() {
    String text = sent.toString(StandardCharsets.UTF_8);
    sent.reset();
    return text;
  }

  @Test
  void takesOverTheScreenAndRestoresIt() throws Exception {
    var terminal = new LineDisciplineTerminal("test", "xterm", sent, StandardCharsets.UTF_8);
    terminal.setSize(Size.of(20, 3));
    try (var screen = new FullScreen(terminal)) {
      assertTrue(sent().contains("\033[?1049h"), "the alternate screen");
      screen.show(List.of("1234567890123456789012345", "second", "third", "fourth"));
      String drawn = sent();
      assertTrue(drawn.contains("12345678901234567890"), drawn);
      assertFalse(drawn.contains("123456789012345678901"), drawn);
      assertFalse(drawn.contains("fourth"), drawn);

      terminal.setSize(Size.of(10, 2));
      screen.show(List.of("abcdefghijklm"));
      drawn = sent();
      assertTrue(drawn.contains("abcdefghij"), drawn);
      assertFalse(drawn.contains("abcdefghijk"), drawn);

      assertEquals(FullScreen.NONE, screen.key(Duration.ofMillis(1)));
      terminal.processInputByte('q');
      assertEquals('q', screen.key(Duration.ofSeconds(10)));
      sent();
    }
    assertTrue(sent().contains("\033[?1049l"), "the previous screen is restored");
  }
}
