package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import orderflow.cli.load.Rate;
import orderflow.cli.options.Converters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {
  @ParameterizedTest
  @CsvSource({
    "90,PT1M30S",
    "90s,PT1M30S",
    "500ms,PT0.5S",
    "1.5s,PT1.5S",
    "0.25,PT0.25S",
    "5m,PT5M",
    "1h,PT1H",
    "2d,PT48H",
    "1H,PT1H",
    "0,PT0S",
  })
  void durationsHaveUnitsWithSecondsAsDefault(String text, Duration expected) {
    assertEquals(expected, Converters.duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1 s", "1y", "1.s", ".5s", "1e3", "1s1s", "٣s", "9999d"})
  void invalidDurationIsQuotedInError(String text) {
    var e = assertThrows(TypeConversionException.class, () -> Converters.duration(text));

    assertTrue(String.valueOf(e.getMessage()).contains("'" + text + "'"), e.getMessage());
  }

  @Test
  void longestDurationFitsIntoNanoseconds() {
    assertTrue(Converters.duration("365d").toNanos() > 0);
  }

  @ParameterizedTest
  @CsvSource({"500,500", "10k,10000", "10K,10000", "1m,1000000", "2M,2000000", "0,0"})
  void countsHaveSuffixesForThousandsAndMillions(String text, long expected) {
    assertEquals(expected, Converters.count(text));
  }

  @Test
  void largestCountDoesNotOverflow() {
    assertEquals(999_999_999_999_000_000L, Converters.count("999999999999m"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-1", "1.5k", "1g", "1 k", "1e3", "9999999999999", "0x10"})
  void invalidCountIsQuotedInError(String text) {
    var e = assertThrows(TypeConversionException.class, () -> Converters.count(text));

    assertTrue(String.valueOf(e.getMessage()).contains("'" + text + "'"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"7,7", "-3,-3", "+5,5", "2147483647,2147483647"})
  void wholeNumbersAreParsed(String text, int expected) {
    assertEquals(expected, Converters.wholeNumber(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'',is not a whole number",
    "one,is not a whole number",
    "1.5,is not a whole number",
    "1e3,is not a whole number",
    "0x10,is not a whole number",
    "2147483648,is out of range",
    "-99999999999999999999,is out of range",
  })
  void invalidWholeNumberHasPlainError(String text, String why) {
    var e = assertThrows(TypeConversionException.class, () -> Converters.wholeNumber(text));

    assertEquals("'" + text + "' " + why, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "abc,is not a whole number",
    "1.5,is not a whole number",
    "99999999999999999999,is out of range",
  })
  void invalidLongNumberHasPlainError(String text, String why) {
    var e = assertThrows(TypeConversionException.class, () -> Converters.longNumber(text));

    assertEquals("'" + text + "' " + why, e.getMessage());
    assertEquals(3_000_000_000L, Converters.longNumber("3000000000"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b"})
  void invalidPathIsRejected(String text) {
    var e = assertThrows(TypeConversionException.class, () -> Converters.file(text));

    assertTrue(String.valueOf(e.getMessage()).endsWith("is not a valid path"), e.getMessage());
  }

  @Test
  void invalidNumberIsQuotedInError() {
    var e = assertThrows(TypeConversionException.class, () -> Converters.number("often"));

    assertEquals("'often' is not a number", e.getMessage());
    assertEquals(0.3, Converters.number("0.3"));
  }

  @ParameterizedTest
  @CsvSource({"1,1.0", "0.01,0.01", "500,500.0", "1000000,1000000.0"})
  void ratesAreOrdersPerSecond(String text, double expected) {
    assertEquals(expected, Converters.rate(text).perSecond());
  }

  @Test
  void maxIsUnlimitedRate() {
    assertEquals(Rate.MAX, Converters.rate("max"));
    assertEquals(Rate.MAX, Converters.rate("MAX"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "0.001", "1000001", "NaN", "Infinity", "fast", "10/s"})
  void invalidRateIsQuotedInError(String text) {
    var e = assertThrows(TypeConversionException.class, () -> Converters.rate(text));

    assertTrue(String.valueOf(e.getMessage()).contains("'" + text + "'"), e.getMessage());
  }
}
