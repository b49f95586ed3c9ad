package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
  @Test
  void escapesForTheTerminalBecomeVisible() {
    assertEquals("a\\u001b[31mred", Text.printable("a\u001b[31mred"));
    assertEquals("\\u009b2J", Text.printable("\u009b2J"));
    assertEquals("\\u0007\\u0008\\u007f", Text.printable("\u0007\b\u007f"));
  }

  @Test
  void linesCannotBeForged() {
    assertEquals("a\\u000d\\u000ab", Text.printable("a\r\nb"));
    assertEquals("\\u2028\\u2029\\u0085", Text.printable("\u2028\u2029\u0085"));
  }

  @Test
  void theDirectionOfWritingCannotBeTurned() {
    assertEquals("\\u202egnp.exe\\u2066\\u200f", Text.printable("\u202egnp.exe\u2066\u200f"));
  }

  @Test
  void hiddenCharactersShow() {
    assertEquals("a\\u200bb\\ufeff\\ud800", Text.printable("a\u200bb\ufeff\ud800"));
  }

  @Test
  void textOfAnyLanguageStays() {
    String text = "Grüße, 注文 😀 ~!\"\\";

    assertEquals(text, Text.printable(text));
  }

  @ParameterizedTest
  @CsvSource({"0.84,0.8 ms", "12.3,12 ms", "999,999 ms", "1250,1.25 s"})
  void timesHaveTheUnitThatReadsBest(double millis, String expected) {
    assertEquals(expected, Text.millis(millis));
  }

  @Test
  void linesAreBrokenAtBlanks() {
    assertEquals(List.of("one two", "three", "four"), Text.wrapped("one two three four", 9));
    assertEquals(List.of("one two three"), Text.wrapped("one two three", Integer.MAX_VALUE));
    assertEquals(List.of("a", "longer-than-that", "b"), Text.wrapped("a longer-than-that b", 5));
    assertEquals(List.of(""), Text.wrapped("", 5));
  }

  @Test
  void largeNumbersAreGrouped() {
    assertEquals("1,234,567", Text.grouped(1_234_567));
    assertEquals("0", Text.grouped(0));
  }
}
