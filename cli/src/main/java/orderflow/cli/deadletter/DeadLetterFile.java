package orderflow.cli.deadletter;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import orderflow.cli.view.NonClosingJson;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessageProperties;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Dead letters as lines of JSON: all that a person wants to read, and beside it what makes the
 * message whole again, byte for byte: the body in its encoding, and the properties as AMQP encodes
 * them, in base64. A body may be large: it is written and read with few copies.
 */
public final class DeadLetterFile {
  private static final int LONGEST_TEXT = 512 * 1024 * 1024;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
                  .build())
          .build();

  private static final String QUEUE = "queue";
  private static final String POSITION = "position";
  private static final String BODY = "body";
  private static final String BODY_ENCODING = "body_encoding";
  private static final String PROPERTIES = "properties";

  private DeadLetterFile() {}

  /**
   * What one line holds.
   *
   * @param position where the letter lay in its queue; where the line does not tell, its number
   */
  public record Line(int position, Delivery letter) {}

  /**
   * The letters of a file, read one by one. A last line that has no end and is no JSON is what a
   * writer was at when it was killed: it is left out. Not thread-safe.
   */
  public static final class Reader implements Iterable<Line>, AutoCloseable {
    private final EndedLines lines;
    private @Nullable String note;

    private Reader(EndedLines lines) {
      this.lines = lines;
    }

    /** To be asked for once. */
    @Override
    public Iterator<Line> iterator() {
      return new Iterator<>() {
        private @Nullable Line next;

        @Override
        public boolean hasNext() {
          if (next == null) {
            next = read();
          }
          return next != null;
        }

        @Override
        public Line next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          Line line = Objects.requireNonNull(next);
          next = null;
          return line;
        }
      };
    }

    /** What was left out, for people; empty when nothing was, or not all has been read. */
    public Optional<String> note() {
      return Optional.ofNullable(note);
    }

    private @Nullable Line read() {
      byte[] line = lines.next();
      while (line != null && isBlank(line)) {
        line = lines.next();
      }
      if (line == null) {
        return null;
      }
      try {
        requireText(line);
        return DeadLetterFile.read(lines.number(), line);
      } catch (NoJsonException | UncheckedIOException e) {
        if (lines.hadEnd()) {
          throw e;
        }
        note = "line " + lines.number() + ", the last, is not whole and was left out";
        return null;
      }
    }

    private static boolean isBlank(byte[] line) {
      for (byte b : line) {
        if (b != ' ' && b != '\t' && b != '\r') {
          return false;
        }
      }
      return true;
    }

    private static void requireText(byte[] line) {
      if (!Utf8.isValid(line)) {
        throw new UncheckedIOException(new CharacterCodingException());
      }
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
    return new Reader(new EndedLines(Files.newInputStream(file)));
  }

  /** A line that is no dead letter. */
  public static class DamagedLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedLineException(String message) {
      super(message);
    }
  }

  private static final class NoJsonException extends DamagedLineException {
    private static final long serialVersionUID = 1L;

    NoJsonException(long number) {
      super("line " + number + " is no JSON");
    }
  }

  /** The line for one letter, without its end. */
  public static String line(DeadLetterInfo view, Delivery letter) {
    try (var line = new StringWriter()) {
      write(view, letter, line);
      return line.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written but memory", e);
    }
  }

  /**
   * Writes the line for one letter, without its end.
   *
   * @throws IOException of {@code out}
   */
  public static void write(DeadLetterInfo view, Delivery letter, Writer out) throws IOException {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put(QUEUE, letter.queue());
    json.putAll(view.toJson());
    json.put(PROPERTIES, letter.properties().encode());
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
   * Reads what {@link #line} wrote.
   *
   * @param number of the line, from 1; the letter's delivery tag
   * @throws DamagedLineException for people, when it is not such a line
   */
  public static Delivery read(long number, String line) {
    return read(number, line.getBytes(StandardCharsets.UTF_8)).letter();
  }

  private static Line read(long number, byte[] line) {
    Map<String, String> texts = texts(number, line);
    try {
      String queue = text(texts, QUEUE);
      text(texts, BODY);
      boolean base64 =
          switch (text(texts, BODY_ENCODING)) {
            case "base64" -> true;
            case "utf-8" -> false;
            default -> throw new DamagedLineException(" has an unknown \"body_encoding\"");
          };
      MessageProperties properties =
          MessageProperties.decode(Base64.getDecoder().decode(text(texts, PROPERTIES)));
      return new Line(
          position(texts, number),
          new Delivery(number, false, queue, "", queue, properties, body(line, base64)));
    } catch (DamagedLineException e) {
      throw new DamagedLineException("line " + number + e.getMessage());
    } catch (RuntimeException e) { // whatever a decoder makes of bytes that are none of its own
      throw new DamagedLineException("line " + number + " is damaged: " + e.getMessage());
    }
  }

  /** The position, and the fields that are text, but of the body only that there is one. */
  private static Map<String, String> texts(long number, byte[] line) {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = parser.currentName();
          texts.remove(name);
          JsonToken value = parser.nextToken();
          if (value == JsonToken.VALUE_STRING || name.equals(POSITION)) {
            texts.put(name, name.equals(BODY) ? "" : parser.getString());
          }
          parser.skipChildren();
        }
      } else {
        parser.skipChildren();
      }
      if (parser.nextToken() != null) {
        throw new NoJsonException(number);
      }
      return texts;
    } catch (JacksonException e) {
      throw new NoJsonException(number);
    }
  }

  /** How it is encoded stands behind it. */
  private static byte[] body(byte[] line, boolean base64) {
    byte[] body = {};
    try (JsonParser parser = JSON.createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean found = parser.currentName().equals(BODY);
        parser.nextToken();
        if (found && base64) {
          body = parser.getBinaryValue();
        } else if (found) {
          body = parser.getString().getBytes(StandardCharsets.UTF_8);
        }
        parser.skipChildren();
      }
    }
    return body;
  }

  private static int position(Map<String, String> texts, long number) {
    String position = texts.get(POSITION);
    if (position == null) {
      return Math.toIntExact(number);
    }
    if (!position.matches("[1-9]\\d{0,8}")) {
      throw new DamagedLineException(" has no \"position\" from 1");
    }
    return Integer.parseInt(position);
  }

  private static String text(Map<String, String> texts, String field) {
    String value = texts.get(field);
    if (value == null) {
      throw new DamagedLineException(" has no \"" + field + "\"");
    }
    return value;
  }
}
