package orderflow.cli.view;

import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;

/**
 * JLine's parser with the quotes of a POSIX shell: they may begin within a word, and a backslash
 * escapes nothing between single quotes.
 */
final class ShellLineParser extends DefaultParser {
  private static final String ESCAPED_IN_QUOTES = "\"\\$`\n";

  ShellLineParser() {
    setEofOnUnclosedQuote(true);
    setEofOnEscapedNewLine(true);
  }

  /**
   * The words of a line, without quotes.
   *
   * @throws IllegalArgumentException when a quote is open or the line ends with a backslash
   */
  static List<String> words(String line) {
    var parser = new ShellLineParser();
    try {
      parser.parse(line, line.length(), ParseContext.ACCEPT_LINE);
    } catch (EOFError e) {
      throw new IllegalArgumentException(
          line.endsWith("\\") ? "nothing follows a backslash" : "a quote is not closed", e);
    }
    return parser.parse(line, line.length(), ParseContext.SPLIT_LINE).words().stream()
        .filter(raw -> !raw.isEmpty() && !raw.equals("\\\n")) // a continued line
        .map(ShellLineParser::unquoted)
        .toList();
  }

  private static String unquoted(String raw) {
    var word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (isEscape(raw, i, quote)) {
        i++;
        word.append(raw.charAt(i) == '\n' ? "" : raw.substring(i, i + 1));
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && isQuote(c)) {
        quote = c;
      } else {
        word.append(c);
      }
    }
    return word.toString();
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  /** Whether a backslash escapes the next character. */
  private static boolean isEscape(CharSequence line, int at, char quote) {
    return line.charAt(at) == '\\'
        && at + 1 < line.length()
        && (quote == 0 || (quote == '"' && ESCAPED_IN_QUOTES.indexOf(line.charAt(at + 1)) >= 0));
  }

  @Override
  public boolean isEscapeChar(CharSequence line, int at) {
    if (!super.isEscapeChar(line, at)) {
      return false;
    }
    char quote = 0;
    for (int i = 0; i < at; i++) {
      char c = line.charAt(i);
      if (isEscape(line, i, quote)) {
        i++;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && isQuote(c)) {
        quote = c;
      }
    }
    return quote != '\'';
  }

  @Override
  public ParsedLine parse(String line, int cursor, ParseContext context) {
    ParsedLine parsed = super.parse(line, cursor, context);
    return parsed instanceof ArgumentList words ? new Words(words) : parsed;
  }

  /** Escapes a candidate with a single quote between single quotes as a shell needs it. */
  private final class Words extends ArgumentList {
    private final String quote;

    Words(ArgumentList words) {
      this(words, quote(words));
    }

    private Words(ArgumentList words, String quote) {
      super(
          words.line(),
          words.words(),
          words.wordIndex(),
          words.wordCursor(),
          words.cursor(),
          quote.isEmpty() ? null : quote,
          words.rawWordCursor(),
          words.rawWordLength());
      this.quote = quote;
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      String escaped = super.escape(candidate, complete).toString();
      return quote.equals("'") ? escaped.replace("\\'", "'\\''") : escaped;
    }
  }

  /** The quote that the word at the cursor begins with; empty for none. */
  private static String quote(DefaultParser.ArgumentList words) {
    int start = words.cursor() - words.rawWordCursor();
    boolean quoted = words.rawWordLength() > 0 && isQuote(words.line().charAt(start));
    return quoted ? words.line().substring(start, start + 1) : "";
  }
}
