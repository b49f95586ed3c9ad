package orderflow.cli.shell;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ids of orders in the output of this session, the most recent first, limited in number. */
public final class RecentOrders {
  private static final int LIMIT = 50;
  private static final String ID = "([A-Za-z0-9][A-Za-z0-9._:-]{0,127})";
  private static final String FIELD = "order_id";
  private static final String CELL = "\"(?:[^\"]|\"\")*\"|[^,]*";

  /** In JSON, in a table or sentence, in a dead letter, and ids that this program generates. */
  private static final List<Pattern> ID_PATTERNS =
      List.of(
          Pattern.compile("\"order_id\"\\s*:\\s*\"" + ID + "\""),
          Pattern.compile("\\border_id(?:=|\\s+)" + ID + "(?<![:.])"),
          Pattern.compile("^\\s+order\\s+" + ID + "$"),
          Pattern.compile("(?<![A-Za-z0-9-])([a-z]{1,12}-[0-9a-z]{8}-[0-9a-z]{4}(?:-\\d{8})?)\\b"));

  private static final Pattern NOTHING = Pattern.compile("(?!)");
  private static final Pattern TABLE = Pattern.compile("[a-z_]+(?: {2,}[a-z_]+){2,}");
  private static final Pattern CSV = Pattern.compile("[a-z_]+(?:,[a-z_]+)+");

  private final SequencedSet<String> ids = new LinkedHashSet<>();

  /** Matches the id in a row of the current list; nothing without a list. */
  private Pattern column = NOTHING;

  /** Starts the output of a new command. */
  public synchronized void begin() {
    column = NOTHING;
  }

  /** Finds ids in a line of output. */
  public synchronized void noteOutput(String line) {
    String text = line.stripTrailing();
    if (TABLE.matcher(text).matches() || CSV.matcher(text).matches()) {
      column = columnBelow(text);
      return;
    }
    noteAll(column, text);
    ID_PATTERNS.forEach(pattern -> noteAll(pattern, text));
  }

  private static Pattern columnBelow(String head) {
    Matcher field = Pattern.compile("(?<![a-z_])" + FIELD + "(?![a-z_])").matcher(head);
    if (!field.find()) {
      return NOTHING;
    }
    String before = head.substring(0, field.start());
    long cells = before.chars().filter(c -> c == ',').count();
    return Pattern.compile(
        head.contains(",")
            ? "^(?:(?:" + CELL + "),){" + cells + "}" + ID + "(?:,|$)"
            : "^.{" + before.length() + "}" + ID + "(?: {2}|$)");
  }

  private void noteAll(Pattern pattern, String line) {
    Matcher found = pattern.matcher(line);
    while (found.find()) {
      note(found.group(1));
    }
  }

  public synchronized void note(String id) {
    ids.addFirst(id);
    while (ids.size() > LIMIT) {
      ids.removeLast();
    }
  }

  public synchronized List<String> ids() {
    return List.copyOf(ids);
  }
}
