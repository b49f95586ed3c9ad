package orderflow.cli.prove.check;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A violation of a rule.
 *
 * @param order its id; null when it concerns none
 * @param station the last one that the order reached; null without an order
 * @param fault the one that was active when the order was there last; null for none
 * @param text what was observed, human-readable
 */
public record Finding(
    Rule rule,
    @Nullable String order,
    @Nullable Station station,
    @Nullable String fault,
    String text) {

  /** In one line, without the station and the fault. */
  public String line() {
    return rule.id() + ": " + (order == null ? "" : order + ": ") + text;
  }

  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("rule", rule.id());
    json.put("order_id", order);
    json.put("station", station == null ? null : station.word());
    json.put("fault", fault);
    json.put("text", text);
    return json;
  }
}
