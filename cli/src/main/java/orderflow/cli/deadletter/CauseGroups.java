package orderflow.cli.deadletter;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import orderflow.cli.view.Age;
import org.jspecify.annotations.Nullable;

/**
 * Counts dead letters by cause: the reason, and the detail with its variable parts masked. Not
 * thread-safe.
 */
public final class CauseGroups {
  /** Publishers may invent reasons: causes beyond these are counted as one. */
  private static final int MOST = 100;

  /** The reason of messages without one. */
  public static final String UNKNOWN = "unknown";

  private static final String OTHERS = "others";

  /** Quoted text, values behind an equals sign, and words with a digit but for UTF-8. */
  private static final Pattern VARIABLE =
      Pattern.compile(
          "'[^']*'|\"[^\"]*\"|(?<==)[^\\s,;)]+"
              + "|(?!UTF-8\\b)\\b(?=[\\w.:-]*\\d)\\w(?:[\\w.:-]*\\w)?");

  /** Rows by cause. */
  private final Map<Cause, Map<String, Object>> groups = new LinkedHashMap<>();

  private record Cause(String reason, String detail) {}

  public void add(DeadLetterInfo info) {
    var cause = new Cause(info.reasonOrUnknown(), masked(info.detail()));
    Map<String, Object> row =
        groups.computeIfAbsent(
            groups.containsKey(cause) || groups.size() < MOST ? cause : new Cause(OTHERS, ""),
            group -> newRow(group, info));
    row.merge("count", 1L, (sum, one) -> (long) sum + (long) one);
    if (info.at() != null) {
      row.merge("oldest", info.at(), (at, other) -> order(at, other) <= 0 ? at : other);
      row.merge("newest", info.at(), (at, other) -> order(at, other) >= 0 ? at : other);
    }
  }

  private static Map<String, Object> newRow(Cause cause, DeadLetterInfo first) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("reason", cause.reason());
    row.put("count", 0L);
    row.put("oldest", null);
    row.put("newest", null);
    row.put("first_position", first.position());
    row.put("cause", cause.detail().isEmpty() ? null : cause.detail());
    row.put("example", first.detail());
    return row;
  }

  static String masked(@Nullable String detail) {
    return detail == null ? "" : VARIABLE.matcher(detail).replaceAll("*");
  }

  /** Compares as times, whose fractions differ in length, or else as text. */
  private static int order(Object at, Object other) {
    try {
      return Instant.parse(at.toString()).compareTo(Instant.parse(other.toString()));
    } catch (DateTimeException e) {
      return at.toString().compareTo(other.toString());
    }
  }

  /** Rows for a table: ages instead of times, without example and position. */
  public List<Map<String, Object>> tableRows(Instant now) {
    List<Map<String, Object>> rows = rows();
    for (Map<String, Object> row : rows) {
      row.remove("first_position");
      row.remove("example");
      row.computeIfPresent("oldest", (_, at) -> age(at, now));
      row.computeIfPresent("newest", (_, at) -> age(at, now));
    }
    return rows;
  }

  private static String age(Object at, Instant now) {
    return Age.of(at.toString(), now).orElse(at.toString());
  }

  /** A row for each cause, the most frequent first. */
  public List<Map<String, Object>> rows() {
    return groups.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<Cause, Map<String, Object>> group) ->
                    (long) Objects.requireNonNull(group.getValue().get("count")))
                .reversed()
                .thenComparing(group -> group.getKey().reason())
                .thenComparing(group -> group.getKey().detail()))
        .<Map<String, Object>>map(group -> new LinkedHashMap<>(group.getValue()))
        .toList();
  }
}
