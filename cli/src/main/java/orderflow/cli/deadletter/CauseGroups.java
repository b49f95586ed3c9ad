package orderflow.cli.deadletter;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private final Map<Cause, Group> groups = new LinkedHashMap<>();

  private record Cause(String reason, String detail) {
    static final Comparator<Cause> ORDER =
        Comparator.comparing(Cause::reason).thenComparing(Cause::detail);
  }

  private static final class Group {
    private long count;
    private @Nullable String oldest;
    private @Nullable String newest;
    private @Nullable String example;
    private int position;
  }

  public void add(DeadLetterInfo info) {
    var cause = new Cause(info.reasonOrUnknown(), masked(info.detail()));
    Group group =
        groups.computeIfAbsent(
            groups.containsKey(cause) || groups.size() < MOST ? cause : new Cause(OTHERS, ""),
            _ -> new Group());
    if (group.count++ == 0) {
      group.example = info.detail();
      group.position = info.position();
    }
    String at = info.at();
    if (at != null && (group.oldest == null || order(at, group.oldest) < 0)) {
      group.oldest = at;
    }
    if (at != null && (group.newest == null || order(at, group.newest) > 0)) {
      group.newest = at;
    }
  }

  static String masked(@Nullable String detail) {
    return detail == null ? "" : VARIABLE.matcher(detail).replaceAll("*");
  }

  /** Compares as times, whose fractions differ in length, or else as text. */
  private static int order(String at, String other) {
    try {
      return Instant.parse(at).compareTo(Instant.parse(other));
    } catch (DateTimeException e) {
      return at.compareTo(other);
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
    List<Map<String, Object>> rows = new ArrayList<>();
    groups.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<Cause, Group> entry) -> entry.getValue().count)
                .reversed()
                .thenComparing(Map.Entry::getKey, Cause.ORDER))
        .forEach(entry -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("reason", entry.getKey().reason());
          row.put("count", entry.getValue().count);
          row.put("oldest", entry.getValue().oldest);
          row.put("newest", entry.getValue().newest);
          row.put("first_position", entry.getValue().position);
          row.put("cause", entry.getKey().detail().isEmpty() ? null : entry.getKey().detail());
          row.put("example", entry.getValue().example);
          rows.add(row);
        });
    return rows;
  }
}
