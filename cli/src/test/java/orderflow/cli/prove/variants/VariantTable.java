package orderflow.cli.prove.variants;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orderflow.cli.prove.variants.VariantResult.Outcome;

/** The table that {@code docs/guarantees.md} publishes. */
final class VariantTable {
  private VariantTable() {}

  /**
   * @param results oldest first; a later one of the same run replaces an earlier one
   */
  static String of(List<Variant> variants, List<VariantResult> results) {
    Map<String, VariantResult> latest = new LinkedHashMap<>();
    results.forEach(
        each -> latest.put(each.variant() + " " + each.broker() + " " + each.seed(), each));
    var text =
        new StringBuilder(
            """
            | Planted bug | Scenarios | Words | embedded | RabbitMQ |
            |---|---|---|---|---|
            """);
    for (Variant variant : variants) {
      text.append(
          "| %s | %s | %s | %s | %s |%n"
              .formatted(
                  variant.description(),
                  variant.scenarios().stream()
                      .map(name -> "`" + name + "`")
                      .collect(Collectors.joining(", ")),
                  String.join(", ", variant.words()),
                  found(variant, "embedded", latest),
                  found(variant, "rabbitmq", latest)));
    }
    return text.toString();
  }

  private static String found(Variant variant, String broker, Map<String, VariantResult> latest) {
    if (!variant.open().isEmpty()) {
      return "open: " + variant.open();
    }
    if (!variant.brokers().contains(broker)) {
      return "–";
    }
    List<VariantResult> runs =
        latest.values().stream()
            .filter(each -> each.variant().equals(variant.name()) && each.broker().equals(broker))
            .toList();
    long found = runs.stream().filter(each -> each.outcome() == Outcome.FOUND).count();
    return runs.isEmpty() ? "not run" : "%d of %d".formatted(found, runs.size());
  }
}
