package orderflow.cli.view;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Signals;

/**
 * Reads lines from a person, with history and completion. The terminal is JLine's only while a line
 * is typed; between lines it is as any command expects it. Used by one thread.
 */
public final class Prompt {
  private static final int MOST_LINES_KEPT = 1_000;

  /** What is not for a file: tokens, and passwords in addresses. */
  private static final Pattern SECRET = Pattern.compile("--token|://[^/\\s]*:[^/\\s]*@");

  private final DefaultHistory history = new WithoutSecrets();
  private final Parser parser = parser();
  private final Optional<Path> historyFile;
  private final BiFunction<List<String>, String, List<String>> completion;

  /**
   * @param historyFile where lines are kept from one session to the next; empty for nowhere
   * @param completion candidates, given the words before and the word that is being typed
   */
  public Prompt(
      Optional<Path> historyFile, BiFunction<List<String>, String, List<String>> completion) {
    this.historyFile = historyFile;
    this.completion = completion;
  }

  /**
   * Reads a line.
   *
   * @return its words, none when it was blank or given up with Ctrl-C; empty at the end, Ctrl-D
   */
  public Optional<List<String>> read(String prompt) throws IOException {
    try (Terminal terminal = open()) {
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .appName("orderflow")
              .history(history)
              .parser(parser)
              .variable(LineReader.HISTORY_SIZE, MOST_LINES_KEPT)
              .variable(LineReader.HISTORY_FILE_SIZE, MOST_LINES_KEPT)
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .completer((_, line, candidates) ->
                  completion
                      .apply(line.words().subList(0, line.wordIndex()), line.word())
                      .forEach(word -> candidates.add(candidate(word))))
              .build();
      historyFile.ifPresent(file -> reader.setVariable(LineReader.HISTORY_FILE, file));
      String line = reader.readLine(prompt);
      return Optional.of(words(line));
    } catch (UserInterruptException e) {
      return Optional.of(List.of());
    } catch (EndOfFileException e) {
      return Optional.empty();
    }
  }

  /** What a terminal answers when it is asked for its abilities would mix with what is typed. */
  private static Terminal open() throws IOException {
    return TerminalBuilder.builder().system(true).dumb(true).graphemeCluster(false).build();
  }

  /** A line whose quote is open goes on in the next one. */
  private static Parser parser() {
    return new DefaultParser().eofOnUnclosedQuote(true);
  }

  /**
   * A line's words, as a shell would take them: blanks divide, quotes and backslashes keep
   * together.
   *
   * @throws IllegalArgumentException when a quote is not closed
   */
  public static List<String> words(String line) {
    if (line.isBlank()) {
      return List.of();
    }
    try {
      return parser().parse(line, line.length(), Parser.ParseContext.ACCEPT_LINE).words();
    } catch (EOFError e) {
      throw new IllegalArgumentException("a quote is not closed", e);
    } catch (SyntaxError e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Runs {@code action} instead of ending the process at Ctrl-C, until this is closed. */
  public static AutoCloseable onInterrupt(Runnable action) {
    Object before = Signals.register("INT", action);
    return () -> Signals.unregister("INT", before);
  }

  /** A folder goes on, everything else is followed by a blank. */
  private static Candidate candidate(String word) {
    return new Candidate(word, word, null, null, null, null, !word.endsWith("/"));
  }

  private static final class WithoutSecrets extends DefaultHistory {
    @Override
    public void add(Instant time, String line) {
      if (!SECRET.matcher(line).find()) {
        super.add(time, line);
      }
    }
  }
}
