package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Findings by rule: the first thousand of each, and how many there are. Not thread-safe. */
final class Findings {
  private static final int MOST = 1_000;

  private final Map<Rule, List<Finding>> kept = new EnumMap<>(Rule.class);
  private final Map<Rule, Long> counts = new EnumMap<>(Rule.class);

  void add(Finding finding) {
    counts.merge(finding.rule(), 1L, Long::sum);
    List<Finding> ofRule = kept.computeIfAbsent(finding.rule(), _ -> new ArrayList<>());
    if (ofRule.size() < MOST) {
      ofRule.add(finding);
    }
  }

  /** One that concerns no order. */
  void add(Rule rule, String text) {
    add(new Finding(rule, null, null, null, text));
  }

  long count(Rule rule) {
    return counts.getOrDefault(rule, 0L);
  }

  /** The kept ones in the order of the rules; a last one of each rule counts those left out. */
  List<Finding> of(Collection<Rule> rules) {
    List<Finding> all = new ArrayList<>();
    for (Rule rule : rules) {
      List<Finding> ofRule = kept.getOrDefault(rule, List.of());
      all.addAll(ofRule);
      if (count(rule) > ofRule.size()) {
        all.add(
            new Finding(
                rule, null, null, null, "and %,d more".formatted(count(rule) - ofRule.size())));
      }
    }
    return all;
  }
}
