package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * What an order is about, as one station shows it; null for what is missing or of another type.
 *
 * @param qty as text
 */
record Content(@Nullable String user, @Nullable String item, @Nullable String qty) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Content of(JsonNode json) {
    JsonNode qty = json.path("qty");
    return new Content(
        text(json, "user_id"),
        text(json, "item_id"),
        qty.isIntegralNumber() ? qty.asString() : null);
  }

  /** The object in {@code bytes}; a missing node when there is none. */
  static JsonNode object(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      return json != null && json.isObject() ? json : MissingNode.getInstance();
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  static @Nullable String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isString() ? value.stringValue() : null;
  }

  long quantity() {
    return qty == null ? 0 : Long.parseLong(qty);
  }

  /**
   * How {@code other} differs from this, human-readable; empty when it does not.
   *
   * @param optional fields that {@code other} may lack
   */
  List<String> differences(Content other, List<String> optional) {
    List<String> differences = new ArrayList<>();
    add(differences, "user_id", user, other.user, optional);
    add(differences, "item_id", item, other.item, optional);
    add(differences, "qty", qty, other.qty, optional);
    return differences;
  }

  private static void add(
      List<String> differences,
      String field,
      @Nullable String wanted,
      @Nullable String found,
      List<String> optional) {
    if (found == null ? !optional.contains(field) && wanted != null : !found.equals(wanted)) {
      differences.add(
          found == null
              ? "has no " + field
              : "has %s %s instead of %s".formatted(field, found, wanted));
    }
  }
}
