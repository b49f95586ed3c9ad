package orderflow.cli.prove.history;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/** Reads the history of a scenario. */
public final class HistoryReader {
  private HistoryReader() {}

  /**
   * Reads every record in order; one line is in memory at a time.
   *
   * @throws IOException when the file cannot be read, naming the first line that is no record
   */
  public static void read(Path file, Consumer<HistoryRecord> visitor) throws IOException {
    long number = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        visitor.accept(HistoryJson.MAPPER.readValue(line, HistoryRecord.class));
      }
    } catch (JacksonException e) {
      throw new IOException(
          "line %d of %s is no record: %s".formatted(number, file, e.getOriginalMessage()), e);
    }
  }

  /** The same as a list. */
  public static List<HistoryRecord> records(Path file) throws IOException {
    List<HistoryRecord> records = new ArrayList<>();
    read(file, records::add);
    return records;
  }
}
