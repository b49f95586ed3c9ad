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
 * Reads lines from the terminal with history and completion. JLine holds the terminal only while a
 * line is typed, so that commands find it in its usual state. Used by one thread.
 */
public final class Prompt {
  private static final int MAX_HISTORY = 1_000;

  private final DefaultHistory history;
  private final Optional<Path> historyFile;
  private final BiFunction<List<String>, String, List<String>> completion;
  private int columns;

  /**
   * @param historyFile empty to keep no history
   * @param kept whether the history keeps a line
   * @param completion returns candidates for the words before the cursor and the current word
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
   * @return its words, none after Ctrl-C; empty at the end of input
   */
  public Optional<List<String>> read(String prompt) throws IOException {
    try (Terminal terminal = TerminalFactory.builder().build()) {
      LineReader reader =
          builder(terminal)
              .history(history)
              .parser(new ShellLineParser())
              .variable(LineReader.HISTORY_SIZE, MAX_HISTORY)
              .variable(LineReader.HISTORY_FILE_SIZE, MAX_HISTORY)
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

  /** The width of the terminal when the last line was typed; 0 for unknown. */
  public int columns() {
    return columns;
  }

  /**
   * Asks a question; the history does not keep the answer.
   *
   * @return empty at the end of input and without a terminal
   * @throws InterruptedException at Ctrl-C
   */
  public static Optional<String> ask(String question) throws InterruptedException {
    try (Terminal terminal = TerminalFactory.builder().build()) {
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

  /**
   * Splits a line into words like a POSIX shell.
   *
   * @throws IllegalArgumentException when a quote is not closed
   */
  public static List<String> words(String line) {
    return ShellLineParser.words(line);
  }

  /** Runs {@code action} on Ctrl-C instead of ending the process, until the result is closed. */
  public static AutoCloseable onInterrupt(Runnable action) {
    Object before = Signals.register("INT", action);
    return () -> Signals.unregister("INT", before);
  }

  /** A space follows all but a folder. */
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
