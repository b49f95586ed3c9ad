package orderflow.cli.deadletter;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import orderflow.cli.view.Text;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sets fields of a JSON body. The other fields keep their order, and numbers their spelling.
 *
 * @param fields values as JSON, by name
 */
public record BodyPatch(Map<String, String> fields) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_COLUMNS = 40;

  /** UTF-8 cannot encode it. */
  private static final Pattern UNPAIRED_SURROGATE = Pattern.compile("\\p{Cs}");

  /** A body that cannot be patched. */
  public static final class UnpatchableException extends RuntimeException {
    UnpatchableException(String message) {
      super(message);
    }
  }

  /**
   * @param settings {@code name=text} or {@code name:=json}
   * @throws IllegalArgumentException when one has another form
   */
  public static BodyPatch parse(List<String> settings) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String setting : settings) {
      int at = setting.indexOf('=');
      if (at < 1 || (at == 1 && setting.charAt(0) == ':')) {
        throw new IllegalArgumentException(
            "'" + setting + "' is not of the form field=text or field:=json");
      }
      boolean isJson = setting.charAt(at - 1) == ':';
      String name = setting.substring(0, isJson ? at - 1 : at);
      String value = setting.substring(at + 1);
      fields.put(name, isJson ? json(setting, value) : JSON.writeValueAsString(value));
    }
    return new BodyPatch(fields);
  }

  private static String json(String setting, String value) {
    try {
      if (!JSON.readTree(value).isMissingNode()) {
        return value.strip();
      }
    } catch (JacksonException e) {
      // reported below
    }
    throw new IllegalArgumentException("'" + setting + "': the value after := is not JSON");
  }

  /**
   * The body with the fields set.
   *
   * @throws UnpatchableException when it is not a JSON object, or has a field twice
   */
  public byte[] applyTo(byte[] body) {
    if (fields.isEmpty()) {
      return body;
    }
    var patched = new StringWriter();
    try (JsonParser from = JSON.createParser(body);
        JsonGenerator to = JSON.createGenerator(patched)) {
      if (from.nextToken() != JsonToken.START_OBJECT) {
        throw notAnObject();
      }
      patch(from, to);
      if (from.nextToken() != null) {
        throw notAnObject();
      }
    } catch (JacksonException e) {
      throw notAnObject();
    }
    return UNPAIRED_SURROGATE
        .matcher(patched.toString())
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static UnpatchableException notAnObject() {
    return new UnpatchableException("its body is not a JSON object, as --set needs; use --edit");
  }

  /** Copies the object whose start was read. */
  private void patch(JsonParser from, JsonGenerator to) {
    Map<String, String> unset = new LinkedHashMap<>(fields);
    Deque<Set<String>> names = new ArrayDeque<>();
    to.writeStartObject();
    names.push(new HashSet<>());
    while (!names.isEmpty()) {
      switch (from.nextToken()) {
        case START_OBJECT -> {
          names.push(new HashSet<>());
          to.writeStartObject();
        }
        case END_OBJECT -> {
          names.pop();
          if (names.isEmpty()) {
            unset.forEach((name, value) -> write(to, name, value));
          }
          to.writeEndObject();
        }
        case PROPERTY_NAME -> {
          String name = from.currentName();
          requireOnce(name, names.element());
          String value = names.size() == 1 ? unset.remove(name) : null;
          if (value == null) {
            to.writeName(name);
          } else {
            write(to, name, value);
            from.nextToken();
            from.skipChildren();
          }
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> to.writeNumber(from.getString());
        case null -> throw notAnObject();
        default -> to.copyCurrentEvent(from);
      }
    }
  }

  private static void write(JsonGenerator to, String name, String value) {
    to.writeName(name);
    to.writeRawValue(value);
  }

  private static void requireOnce(String name, Set<String> names) {
    if (!names.add(name)) {
      throw new UnpatchableException(
          "its body has the field " + Text.cut(name, MOST_COLUMNS) + " twice; use --edit");
    }
  }
}
