package orderflow.cli.view;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.history.DefaultHistory;
import org.jline.terminal.Terminal;
import org.jline.utils.Signals;

/**
 * Reads lines from a person, with history and completion. The terminal is JLine's only while a line
 * is typed; between lines it is as any command expects it. Used by one thread.
 */
public final class Prompt {
  private static final int MOST_LINES_KEPT = 1_000;

  private final DefaultHistory history;
  private final Optional<Path> historyFile;
  private final BiFunction<List<String>, String, List<String>> completion;
  private int columns;

  /**
   * @param historyFile where lines are kept from one session to the next; empty for nowhere
   * @param kept whether a line may be kept
   * @param completion candidates, given the words before and the word that is being typed
   */
  public Prompt(
      Optional<Path> historyFile,
      Predicate<String> kept,
      BiFunction<List<String>, String, List<String>> completion) {
    this.history = new Filtered(kept);
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
          builder(terminal)
              .history(history)
              .parser(new ShellWords())
              .variable(LineReader.HISTORY_SIZE, MOST_LINES_KEPT)
              .variable(LineReader.HISTORY_FILE_SIZE, MOST_LINES_KEPT)
              .completer((_, line, candidates) ->
                  completion
                      .apply(line.words().subList(0, line.wordIndex()), line.word())
                      .forEach(word -> candidates.add(candidate(word))))
              .build();
      historyFile.ifPresent(file -> reader.setVariable(LineReader.HISTORY_FILE, file));
      String line = reader.readLine(prompt);
      columns = terminal.getSize().getColumns();
      return Optional.of(words(line));
    } catch (UserInterruptException e) {
      return Optional.of(List.of());
    } catch (EndOfFileException e) {
      return Optional.empty();
    }
  }

  /** How wide the terminal was when the last line was typed; 0 when it does not say. */
  public int columns() {
    return columns;
  }

  /**
   * Asks something; what is typed is kept nowhere.
   *
   * @return empty at Ctrl-D, and when there is no terminal any more
   * @throws InterruptedException at Ctrl-C
   */
  public static Optional<String> ask(String question) throws InterruptedException {
    try (Terminal terminal = open()) {
      return Optional.of(
          builder(terminal).variable(LineReader.DISABLE_HISTORY, true).build().readLine(question));
    } catch (UserInterruptException e) {
      throw new InterruptedException();
    } catch (EndOfFileException | IOException e) {
      return Optional.empty();
    }
  }

  private static LineReaderBuilder builder(Terminal terminal) {
    return LineReaderBuilder.builder()
        .terminal(terminal)
        .appName("orderflow")
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
  }

  /** What a terminal answers when it is asked for its abilities would mix with what is typed. */
  private static Terminal open() throws IOException {
    return TerminalFactory.builder().build();
  }

  /**
   * A line's words, as a POSIX shell would take them: blanks divide, quotes and backslashes keep
   * together.
   *
   * @throws IllegalArgumentException when a quote is not closed
   */
  public static List<String> words(String line) {
    return ShellWords.of(line);
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

  private static final class Filtered extends DefaultHistory {
    private final Predicate<String> kept;

    Filtered(Predicate<String> kept) {
      this.kept = kept;
    }

    @Override
    public void add(Instant time, String line) {
      if (kept.test(line)) {
        super.add(time, line);
      }
    }
  }
}
