package orderflow.cli.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sets fields of a JSON body. Written {@code name=text} or {@code name:=json}.
 *
 * @param fields what to set, by name
 */
public record Amendment(Map<String, JsonNode> fields) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A body that cannot be amended. */
  public static final class NotAmendableException extends RuntimeException {
    NotAmendableException(String message) {
      super(message);
    }
  }

  /**
   * @throws IllegalArgumentException for people, when one is not written so
   */
  public static Amendment parse(List<String> settings) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (String setting : settings) {
      int at = setting.indexOf('=');
      if (at < 1 || (at == 1 && setting.charAt(0) == ':')) {
        throw new IllegalArgumentException(
            "'" + setting + "' is not of the form field=text or field:=json");
      }
      boolean isJson = setting.charAt(at - 1) == ':';
      String name = setting.substring(0, isJson ? at - 1 : at);
      String value = setting.substring(at + 1);
      fields.put(name, isJson ? json(setting, value) : JSON.valueToTree(value));
    }
    return new Amendment(fields);
  }

  private static JsonNode json(String setting, String value) {
    try {
      return JSON.readTree(value);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("'" + setting + "': what stands behind := is no JSON");
    }
  }

  /**
   * The body with the fields set; the same when there is nothing to set.
   *
   * @throws NotAmendableException when it is no JSON object
   */
  public byte[] applyTo(byte[] body) {
    if (fields.isEmpty()) {
      return body;
    }
    try {
      if (JSON.readTree(body) instanceof ObjectNode object) {
        fields.forEach(object::set);
        return JSON.writeValueAsString(object).getBytes(StandardCharsets.UTF_8);
      }
    } catch (JacksonException e) {
      // said below
    }
    throw new NotAmendableException(
        "its body is no JSON object, so --set has no place; use --edit");
  }
}
