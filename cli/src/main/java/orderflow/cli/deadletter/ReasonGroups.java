package orderflow.cli.deadletter;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How many dead letters there are of each reason. Not thread-safe. */
public final class ReasonGroups {
  /** A publisher may make reasons up; what is beyond so many is one group. */
  private static final int MOST = 100;

  /** The reason of letters that name none. */
  public static final String UNKNOWN = "unknown";

  private static final Pattern FRACTION =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)\\.\\d+Z");

  private final Map<String, Group> groups = new TreeMap<>();

  private static final class Group {
    private long count;
    private @Nullable String oldest;
    private @Nullable String newest;
    private @Nullable String example;
    private int position;
  }

  public void add(DeadLetterView letter) {
    String reason = letter.reasonOrUnknown();
    String name = groups.containsKey(reason) || groups.size() < MOST ? reason : "others";
    Group group = groups.computeIfAbsent(name, _ -> new Group());
    if (group.count++ == 0) {
      group.example = letter.detail();
      group.position = letter.position();
    }
    String at = letter.at();
    if (at != null && (group.oldest == null || order(at, group.oldest) < 0)) {
      group.oldest = at;
    }
    if (at != null && (group.newest == null || order(at, group.newest) > 0)) {
      group.newest = at;
    }
  }

  /** As times, which may have a fraction or not; as text where one is none. */
  private static int order(String at, String other) {
    try {
      return Instant.parse(at).compareTo(Instant.parse(other));
    } catch (DateTimeException e) {
      return at.compareTo(other);
    }
  }

  /** The same in fewer columns: whole seconds, and no position. */
  public List<Map<String, Object>> rowsForPeople() {
    List<Map<String, Object>> rows = rows();
    for (Map<String, Object> row : rows) {
      row.remove("first_position");
      row.computeIfPresent("oldest", (_, at) -> seconds(at));
      row.computeIfPresent("newest", (_, at) -> seconds(at));
    }
    return rows;
  }

  private static String seconds(Object at) {
    return FRACTION.matcher(at.toString()).replaceFirst("$1Z");
  }

  /** One row a reason, the most frequent first. */
  public List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    groups.entrySet().stream()
        .sorted(
            Comparator.comparingLong((Map.Entry<String, Group> entry) -> entry.getValue().count)
                .reversed())
        .forEach(entry -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("reason", entry.getKey());
          row.put("count", entry.getValue().count);
          row.put("oldest", entry.getValue().oldest);
          row.put("newest", entry.getValue().newest);
          row.put("first_position", entry.getValue().position);
          row.put("example", entry.getValue().example);
          rows.add(row);
        });
    return rows;
  }
}
