package orderflow.cli.deadletter;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import orderflow.cli.view.NonClosingJson;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessageProperties;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Dead letters as lines of JSON: the fields that {@code dlq-inspect} shows, and what restores the
 * message byte for byte: the body in its encoding, and the properties as AMQP encodes them.
 */
public final class DeadLetterFile {
  private static final int LONGEST_TEXT = 512 * 1024 * 1024;

  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(Exported.class);

  private DeadLetterFile() {}

  /** The fields that are read back. */
  private record Exported(
      @Nullable String queue,
      @Nullable Integer position,
      @Nullable String body,
      @Nullable String bodyEncoding,
      byte @Nullable [] properties) {
    private Line toLine(int number) {
      String encoding = require(number, "body_encoding", bodyEncoding);
      String text = require(number, "body", body);
      byte[] bytes =
          switch (encoding) {
            case "utf-8" -> text.getBytes(StandardCharsets.UTF_8);
            case "base64" -> Base64.getDecoder().decode(text);
            default ->
                throw new DamagedLineException(
                    "line " + number + " has an unknown \"body_encoding\"");
          };
      if (position != null && position < 1) {
        throw new DamagedLineException("line " + number + " has no \"position\" from 1");
      }
      String from = require(number, "queue", queue);
      var decoded = MessageProperties.decode(require(number, "properties", properties));
      return new Line(
          position == null ? number : position,
          new Delivery(number, false, from, "", from, decoded, bytes));
    }

    private static <T> T require(int number, String field, @Nullable T value) {
      if (value == null) {
        throw new DamagedLineException("line " + number + " has no \"" + field + "\"");
      }
      return value;
    }
  }

  /**
   * @param position in its queue; the number of the line where the line has none
   */
  public record Line(int position, Delivery message) {}

  /** A line that is not an exported dead letter. */
  public static final class DamagedLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whether the line may only be incomplete. */
    private final boolean isNotJson;

    DamagedLineException(String message) {
      this(message, false);
    }

    private DamagedLineException(String message, boolean isNotJson) {
      super(message);
      this.isNotJson = isNotJson;
    }
  }

  /**
   * Opens an export.
   *
   * @throws IOException when it cannot be read
   */
  public static Reader open(Path file) throws IOException {
    return new Reader(new BufferedInputStream(Files.newInputStream(file), 64 * 1024));
  }

  /**
   * Reads the messages of a file one by one. The iterator throws {@link DamagedLineException} and
   * {@link UncheckedIOException}. An incomplete last line, as a killed writer leaves it, is
   * skipped. Not thread-safe.
   */
  public static final class Reader implements Iterator<Line>, AutoCloseable {
    private final InputStream file;
    private @Nullable Line next;
    private @Nullable String note;
    private int number;
    private boolean hasEnd;

    private Reader(InputStream file) {
      this.file = file;
    }

    @Override
    public boolean hasNext() {
      if (next == null) {
        next = read();
      }
      return next != null;
    }

    @Override
    public Line next() {
      Line line = hasNext() ? next : null;
      next = null;
      if (line == null) {
        throw new NoSuchElementException();
      }
      return line;
    }

    /** A note about a skipped last line; empty when none was skipped. */
    public Optional<String> note() {
      return Optional.ofNullable(note);
    }

    private @Nullable Line read() {
      byte[] line = readLine();
      while (line != null && isBlank(line)) {
        line = readLine();
      }
      if (line == null) {
        return null;
      }
      try {
        return DeadLetterFile.read(number, line);
      } catch (DamagedLineException e) {
        if (hasEnd || !e.isNotJson) {
          throw e;
        }
        note = "line " + number + ", the last, is incomplete and was skipped";
        return null;
      }
    }

    private static boolean isBlank(byte[] line) {
      int n = 0;
      while (n < line.length && Character.isWhitespace(line[n])) {
        n++;
      }
      return n == line.length;
    }

    private byte @Nullable [] readLine() {
      var line = new ByteArrayOutputStream();
      try {
        int next = file.read();
        if (next < 0) {
          return null;
        }
        for (; next >= 0 && next != '\n'; next = file.read()) {
          line.write(next);
        }
        hasEnd = next == '\n';
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      number++;
      return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /**
   * Writes the line for {@code message}, without its end.
   *
   * @throws IOException of {@code out}
   */
  public static void write(DeadLetterInfo info, Delivery message, Writer out) throws IOException {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("queue", message.queue());
    json.putAll(info.toJson());
    json.put("properties", message.properties().encode());
    try {
      NonClosingJson.MAPPER.writeValue(out, json);
    } catch (JacksonException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IOException failure) {
          throw failure;
        }
      }
      throw e;
    }
  }

  /**
   * Reads a line that {@link #write} wrote.
   *
   * @param number of the line, from 1; becomes the delivery tag
   * @throws DamagedLineException when it is not such a line
   */
  static Line read(int number, byte[] line) {
    try {
      if (!DeadLetterInfo.isUtf8(line)) {
        throw new DamagedLineException("line " + number + " is not UTF-8", true);
      }
      Exported exported = READER.readValue(line);
      return exported.toLine(number);
    } catch (DamagedLineException e) {
      throw e;
    } catch (RuntimeException e) { // a decoder may throw any for foreign bytes
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof StreamReadException) {
          throw new DamagedLineException("line " + number + " is not JSON", true);
        }
      }
      String why = e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
      throw new DamagedLineException("line " + number + " is damaged: " + why);
    }
  }
}
