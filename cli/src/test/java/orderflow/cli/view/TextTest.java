package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
  @Test
  void terminalEscapesBecomeVisible() {
    assertEquals("a\\u001b[31mred", Text.printable("a\u001b[31mred"));
    assertEquals("\\u009b2J", Text.printable("\u009b2J"));
    assertEquals("\\u0007\\u0008\\u007f", Text.printable("\u0007\b\u007f"));
  }

  @Test
  void lineBreaksBecomeVisible() {
    assertEquals("a\\u000d\\u000ab", Text.printable("a\r\nb"));
    assertEquals("\\u2028\\u2029\\u0085", Text.printable("\u2028\u2029\u0085"));
  }

  @Test
  void directionMarksBecomeVisible() {
    assertEquals("\\u202egnp.exe\\u2066\\u200f", Text.printable("\u202egnp.exe\u2066\u200f"));
  }

  @Test
  void hiddenCharactersBecomeVisible() {
    assertEquals("a\\u200bb\\ufeff\\ud800", Text.printable("a\u200bb\ufeff\ud800"));
  }

  @Test
  void textOfAnyLanguageIsKept() {
    String text = "Grüße, 注文 😀 ~!\"\\";

    assertEquals(text, Text.printable(text));
  }

  @ParameterizedTest
  @CsvSource({"0.84,0.8 ms", "12.3,12 ms", "999,999 ms", "1250,1.25 s"})
  void millisecondsHaveAReadableUnit(double millis, String expected) {
    assertEquals(expected, Text.millis(millis));
  }

  @Test
  void linesAreWrappedAtSpaces() {
    assertEquals(List.of("one two", "three", "four"), Text.wrap("one two three four", 9));
    assertEquals(List.of("one two three"), Text.wrap("one two three", Integer.MAX_VALUE));
    assertEquals(List.of("a", "longer-than-that", "b"), Text.wrap("a longer-than-that b", 5));
    assertEquals(List.of(""), Text.wrap("", 5));
  }

  @Test
  void terminalColumnsAreCounted() {
    assertEquals(0, Text.columns(""));
    assertEquals(5, Text.columns("Grüße"));
    assertEquals(4, Text.columns("注文"));
    assertEquals(1, Text.columns("e\u0301\u0302"));
    assertEquals(2, Text.columns("😀"));
    assertEquals(2, Text.columns("🇩🇪"));
    assertEquals("注文  |", Text.padded("注文", 6) + "|");
    assertEquals("e\u0301 |", Text.padded("e\u0301", 2) + "|");
    assertEquals("longer", Text.padded("longer", 2));
  }

  @Test
  void textIsCutBetweenGraphemeClusters() {
    assertEquals("abc", Text.cut("abc", 3));
    assertEquals("ab…", Text.cut("abcd", 3));
    assertEquals("注…", Text.cut("注文注文", 4));
    assertEquals("e\u0301…", Text.cut("e\u0301e\u0301e\u0301", 2));
    assertEquals("a…", Text.cut("a😀😀", 3));
    assertEquals("a😀…", Text.cut("a😀😀", 4));
    assertEquals("…", Text.cut("🇩🇪🇩🇪", 2));
    assertEquals("…", Text.cut("abc", 1));
  }

  @Test
  void wideTextIsWrappedByColumns() {
    assertEquals(List.of("注文", "注文"), Text.wrap("注文 注文", 8));
    assertEquals(List.of("注文 注文"), Text.wrap("注文 注文", 9));
    assertEquals(List.of("a", "long", "er", "b"), Text.fold("a longer b", 4));
    assertEquals(List.of("注", "文"), Text.fold("注文", 3));
    assertEquals(List.of("注", "文"), Text.fold("注文", 1), "there is no narrower one");
    assertEquals(List.of("a 1  b 2", "c 3"), Text.fill(List.of("a 1", "b 2", "c 3"), "  ", 8));
  }

  @Test
  void textIsWrappedBesideOrBelowItsHead() {
    assertEquals(List.of("head  one two three"), Text.wrapBeside("head  ", "one two three", 0));
    assertEquals(
        List.of("head  one two", "      three"), Text.wrapBeside("head  ", "one two three", 18));
    assertEquals(
        List.of("head", "  one two", "  three"), Text.wrapBeside("head  ", "one two three", 10));
    assertEquals(
        List.of(" head", "   a-word-of-20-columns"),
        Text.wrapBeside(" head  ", "a-word-of-20-columns", 20));
    assertEquals(
        List.of("head  a-word-of-20", "      -columns"),
        Text.foldBeside("head  ", "a-word-of-20-columns", 18));
    assertEquals(List.of("a", "bc"), Text.wrapBeside("", "a bc", 3));
    assertEquals(
        List.of("head", "  a 1", "  b 22"),
        Text.fillBeside("head  ", List.of("a 1", "b 22"), "  ", 10));
  }

  @Test
  void largeNumbersAreGrouped() {
    assertEquals("1,234,567", Text.grouped(1_234_567));
    assertEquals("0", Text.grouped(0));
  }
}
