package orderflow.cli.prove.variants;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The result of one run of a variant.
 *
 * @param scenario that decided it
 * @param line the finding, or what there was instead
 */
record VariantResult(
    String variant,
    String broker,
    long seed,
    Outcome outcome,
    String scenario,
    String line,
    double seconds) {

  /** What {@code verify} made of a variant. */
  enum Outcome {
    /** A scenario failed, with the words. */
    FOUND,
    /** A scenario failed, without the words. */
    FAILED,
    /** No scenario failed, and one was inconclusive. */
    INCONCLUSIVE,
    /** No scenario could be run here. */
    SKIPPED,
    /** Every scenario passed. */
    PASSED,
    /** {@code verify} itself did not end as it should. */
    BROKEN
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("variant", variant);
    json.put("broker", broker);
    json.put("seed", seed);
    json.put("outcome", outcome.name());
    json.put("scenario", scenario);
    json.put("line", line);
    json.put("seconds", seconds);
    return json;
  }

  static VariantResult of(JsonNode json) {
    return new VariantResult(
        json.path("variant").stringValue(),
        json.path("broker").stringValue(),
        json.path("seed").longValue(),
        Outcome.valueOf(json.path("outcome").stringValue()),
        json.path("scenario").stringValue(),
        json.path("line").stringValue(),
        json.path("seconds").doubleValue());
  }

  @Override
  public String toString() {
    return "%-12s %-28s %-8s seed %d, %.0f s, %s: %s"
        .formatted(outcome, variant, broker, seed, seconds, scenario, line);
  }
}
