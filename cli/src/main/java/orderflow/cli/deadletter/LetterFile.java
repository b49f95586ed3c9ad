package orderflow.cli.deadletter;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import orderflow.messaging.Delivery;
import orderflow.messaging.Properties;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Dead letters as lines of JSON: all that a person wants to read, and beside it what makes the
 * message whole again, byte for byte: the body in its encoding, and the properties as AMQP encodes
 * them, in base64.
 */
public final class LetterFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String QUEUE = "queue";
  private static final String PROPERTIES = "properties";

  private LetterFile() {}

  /** The letters of a file, read one by one. Not thread-safe. */
  public static final class Reader implements Iterable<Delivery>, AutoCloseable {
    private final BufferedReader lines;

    private Reader(BufferedReader lines) {
      this.lines = lines;
    }

    /** To be asked for once. */
    @Override
    public Iterator<Delivery> iterator() {
      var number = new AtomicLong();
      return lines
          .lines()
          .filter(_ -> number.incrementAndGet() > 0)
          .filter(line -> !line.isBlank())
          .map(line -> read(number.get(), line))
          .iterator();
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  /**
   * Opens what was exported.
   *
   * @throws IOException when it cannot be read
   */
  public static Reader open(Path file) throws IOException {
    return new Reader(Files.newBufferedReader(file));
  }

  /** A line that is no dead letter. */
  public static final class DamagedLineException extends RuntimeException {
    DamagedLineException(String message) {
      super(message);
    }
  }

  /** The line for one letter, without its end. */
  public static String line(DeadLetterView view, Delivery letter) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put(QUEUE, letter.queue());
    json.putAll(view.toJson());
    json.put(PROPERTIES, Base64.getEncoder().encodeToString(letter.properties().encode()));
    return JSON.writeValueAsString(json);
  }

  /**
   * Reads what {@link #line} wrote.
   *
   * @param number of the line, from 1; the letter's delivery tag
   * @throws DamagedLineException for people, when it is not such a line
   */
  public static Delivery read(long number, String line) {
    try {
      JsonNode json = JSON.readTree(line);
      String queue = text(json, QUEUE);
      String body = text(json, "body");
      return new Delivery(
          number,
          false,
          queue,
          "",
          queue,
          Properties.decode(Base64.getDecoder().decode(text(json, PROPERTIES))),
          text(json, "body_encoding").equals("base64")
              ? Base64.getDecoder().decode(body)
              : body.getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new DamagedLineException("line " + number + " is no JSON");
    } catch (DamagedLineException e) {
      throw new DamagedLineException("line " + number + e.getMessage());
    } catch (RuntimeException e) { // whatever a decoder makes of bytes that are none of its own
      throw new DamagedLineException("line " + number + " is damaged: " + e.getMessage());
    }
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isString()) {
      throw new DamagedLineException(" has no \"" + field + "\"");
    }
    return value.stringValue();
  }
}
