package orderflow.cli.prove.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orderflow.cli.prove.check.Finding;
import orderflow.cli.prove.check.Rule;
import orderflow.cli.prove.check.Station;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;

/**
 * Findings in lines: orders that violate the same rule, that were last seen at the same station and
 * during the same fault share one. Pure.
 */
final class FindingGroups {
  /** So many orders of a group are named. */
  private static final int NAMED = 3;

  private record Key(Rule rule, @Nullable Station station, @Nullable String fault) {}

  private FindingGroups() {}

  static List<String> lines(List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    Map<Key, List<Finding>> groups = new LinkedHashMap<>();
    for (Finding finding : findings) {
      groups
          .computeIfAbsent(
              new Key(finding.rule(), finding.station(), finding.fault()), _ -> new ArrayList<>())
          .add(finding);
    }
    groups.forEach((key, group) -> {
      if (group.getFirst().order() == null || group.size() <= NAMED) {
        group.forEach(finding -> lines.add(finding.line() + where(key)));
      } else {
        lines.add(
            "%s: %s orders%s: %s: %s and %s more"
                .formatted(
                    key.rule().id(),
                    Text.grouped(group.size()),
                    where(key),
                    group.getFirst().text(),
                    group.stream()
                        .limit(NAMED)
                        .map(Finding::order)
                        .collect(Collectors.joining(", ")),
                    Text.grouped(group.size() - NAMED)));
      }
    });
    return lines;
  }

  private static String where(Key key) {
    return (key.station() == null ? "" : ", last seen " + key.station().word())
        + (key.fault() == null ? "" : ", during '" + key.fault() + "'");
  }
}
