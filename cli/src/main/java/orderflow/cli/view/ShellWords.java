package orderflow.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/**
 * Divides a line into words as a POSIX shell does, without what such a shell expands: blanks
 * divide, quotes and backslashes keep together wherever they stand in a word, and are removed.
 */
final class ShellWords implements Parser {
  private static final String ESCAPED_IN_QUOTES = "\"\\$`\n";
  private static final String SPECIAL = " \t\n\"'\\";
  private static final String CONTINUED = "\\\n";
  private static final String QUOTE = "quote";
  private static final String DOUBLE_QUOTE = "dquote";
  private static final String BACKSLASH = "backslash";

  /**
   * All words of a line.
   *
   * @throws IllegalArgumentException as "a quote is not closed", when it would go on
   */
  static List<String> of(String line) {
    var reading = new Reading(line, line.length());
    if (!reading.open.isEmpty()) {
      throw new IllegalArgumentException(
          reading.open.equals(BACKSLASH) ? "nothing follows a backslash" : "a quote is not closed");
    }
    return List.copyOf(reading.words);
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    var reading = new Reading(line, cursor);
    boolean whole = context == ParseContext.ACCEPT_LINE || context == ParseContext.SECONDARY_PROMPT;
    if (whole && !reading.open.isEmpty()) {
      throw new EOFError(-1, -1, "the line goes on", reading.open);
    }
    return reading.parsed();
  }

  /** One pass over a line. */
  private static final class Reading {
    private final String line;
    private final int cursor;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private int at;
    private int start = -1;
    private String open = "";
    private int before;
    private int lettersBefore;
    private Optional<String> typed = Optional.empty();
    private int typedFrom;
    private int typedTo;

    Reading(String line, int cursor) {
      this.line = line;
      this.cursor = cursor;
      while (at < line.length()) {
        char c = line.charAt(at);
        if (Character.isWhitespace(c)) {
          endWord();
          step();
          continue;
        }
        if (line.startsWith(CONTINUED, at)) {
          step();
          step();
          continue;
        }
        start = start < 0 ? at : start;
        switch (c) {
          case '\'' -> quoted(c, QUOTE, "");
          case '"' -> quoted(c, DOUBLE_QUOTE, ESCAPED_IN_QUOTES);
          case '\\' -> escaped();
          default -> keep();
        }
      }
      endWord();
    }

    private void step() {
      at++;
      if (at == cursor) {
        lettersBefore = word.length();
      }
    }

    private void keep() {
      word.append(line.charAt(at));
      step();
    }

    private void endWord() {
      if (start < 0) {
        return;
      }
      if (start <= cursor && cursor <= at) {
        typed = Optional.of(word.toString());
        typedFrom = start;
        typedTo = at;
      }
      before += at < cursor ? 1 : 0;
      words.add(word.toString());
      word.setLength(0);
      start = -1;
    }

    /** Up to the closing quote, which may be missing. */
    private void quoted(char quote, String name, String escapes) {
      step();
      while (at < line.length() && line.charAt(at) != quote) {
        if (line.charAt(at) == '\\'
            && at + 1 < line.length()
            && escapes.indexOf(line.charAt(at + 1)) >= 0) {
          escaped();
        } else {
          keep();
        }
      }
      if (at < line.length()) {
        step();
      } else {
        open = name;
      }
    }

    /** A backslash and the character behind it; in quotes too both are gone when a line ends. */
    private void escaped() {
      step();
      if (at == line.length()) {
        open = BACKSLASH;
      } else if (line.charAt(at) == '\n') {
        step();
      } else {
        keep();
      }
    }

    /** Where the cursor is not in a word, a word that is to come. */
    CompletingParsedLine parsed() {
      return typed.isPresent()
          ? new Line(
              line,
              cursor,
              words,
              before,
              typed.get(),
              lettersBefore,
              cursor - typedFrom,
              typedTo - typedFrom)
          : new Line(line, cursor, words, before, "", 0, 0, 0);
    }
  }

  /** A line and where the cursor is in it. */
  private record Line(
      String line,
      int cursor,
      List<String> words,
      int wordIndex,
      String word,
      int wordCursor,
      int rawWordCursor,
      int rawWordLength)
      implements CompletingParsedLine {

    /** In the quote that the word was begun with, if any. */
    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      int from = cursor - rawWordCursor;
      String quote = rawWordLength == 0 ? "" : line.substring(from, from + 1);
      String text = candidate.toString();
      if (quote.equals("'") && !text.contains("'")) {
        return quote + text + (complete ? quote : "");
      }
      boolean quoted = quote.equals("\"");
      var escaped = new StringBuilder(quoted ? quote : "");
      text.codePoints()
          .forEach(c ->
              escaped
                  .append((quoted ? ESCAPED_IN_QUOTES : SPECIAL).indexOf(c) < 0 ? "" : "\\")
                  .appendCodePoint(c));
      return escaped.append(quoted && complete ? quote : "");
    }
  }
}
