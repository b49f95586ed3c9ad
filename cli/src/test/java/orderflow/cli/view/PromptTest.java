package orderflow.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines are split like in a POSIX shell. */
class PromptTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "a  b	c|a;b;c",
        " a |a",
        "--uri=\"amqp://quoted/\"|--uri=amqp://quoted/",
        "--set item_id=\"big one\"|--set;item_id=big one",
        "x=\"malformed\"y'z'|x=malformedyz",
        "'a\\' b|a\\;b",
        "\"a\\\"b\\c\\\\\"|a\"b\\c\\",
        "a\\ b\\\"|a b\"",
        "'' \"\"|;",
        "'{\"a\": 1}'|{\"a\": 1}",
      },
      delimiter = '|')
  void quotesAndBackslashesAreRemoved(String line, String words) {
    assertEquals(List.of(words.split(";", -1)), Prompt.words(line));
  }

  @Test
  void blankLineHasNoWordsAndBackslashContinuesALine() {
    assertEquals(List.of(), Prompt.words(" \t "));
    assertEquals(List.of("place", "--wait"), Prompt.words("place \\\n  --wait"));
    assertEquals(List.of("a\nb"), Prompt.words("'a\nb'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a \"b", "a 'b\"", "a'", "a\\"})
  void openQuoteContinuesTheLine(String line) {
    assertThrows(IllegalArgumentException.class, () -> Prompt.words(line));
    assertThrows(
        EOFError.class,
        () -> new ShellLineParser().parse(line, line.length(), ParseContext.ACCEPT_LINE));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "pla^|0|pla|3|pla|3",
        "place --it^em x|1|--item|4|--it|6",
        "place ^|1||0||0",
        "place ^ x|1|x|0||1",
        "a=\"b c^|0|a=\"b c|6|a=\"b c|6",
        "x 'it em^'|1|it em|5|'it em|7",
        "^place|0|place|0||5",
      },
      delimiter = '|')
  void findsTheWordAtTheCursor(
      String marked, int index, String word, int letters, String raw, int length) {
    int cursor = marked.indexOf('^');
    CompletingParsedLine line =
        (CompletingParsedLine)
            new ShellLineParser().parse(marked.replace("^", ""), cursor, ParseContext.COMPLETE);

    assertEquals(index, line.wordIndex());
    assertEquals(word == null ? "" : word, line.word());
    assertEquals(letters, line.wordCursor());
    assertEquals(raw == null ? 0 : raw.length(), line.rawWordCursor());
    assertEquals(length, line.rawWordLength());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"f|a b|a\\ b", "'f|a b|'a b'", "\"f|a \"b|\"a \\\"b\"", "'f|it's|'it'\\''s'"},
      delimiter = '|')
  void candidatesAreEscapedAsOneWord(String typed, String offered, String written) {
    CompletingParsedLine line =
        (CompletingParsedLine)
            new ShellLineParser().parse(typed, typed.length(), ParseContext.COMPLETE);

    assertEquals(written, line.escape(offered, true).toString());
    assertEquals(List.of(offered), Prompt.words(written));
  }
}
