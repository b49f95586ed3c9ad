package orderflow.cli.shell;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The orders that came up in this session, the latest first; so many and no more. */
public final class RecentOrders {
  private static final int MOST = 50;
  private static final String ID = "([A-Za-z0-9][A-Za-z0-9._:-]{0,127})";
  private static final String FIELD = "order_id";
  private static final String CELL = "\"(?:[^\"]|\"\")*\"|[^,]*";

  /** As JSON, as a field of a table or a sentence, of a dead letter, and as this program makes. */
  private static final List<Pattern> NAMED =
      List.of(
          Pattern.compile("\"order_id\"\\s*:\\s*\"" + ID + "\""),
          Pattern.compile("\\border_id(?:=|\\s+)" + ID + "(?<![:.])"),
          Pattern.compile("^\\s+order\\s+" + ID + "$"),
          Pattern.compile("(?<![A-Za-z0-9-])([a-z]{1,12}-[0-9a-z]{8}-[0-9a-z]{4}(?:-\\d{8})?)\\b"));

  private static final Pattern TABLE = Pattern.compile("[a-z_]+(?: {2,}[a-z_]+){2,}");
  private static final Pattern CSV = Pattern.compile("[a-z_]+(?:,[a-z_]+)+");

  private final SequencedSet<String> ids = new LinkedHashSet<>();

  /** Where the ids of a list stand; matches nothing where there is none. */
  private Pattern column = Pattern.compile("(?!)");

  /** A command begins: what comes has nothing to do with the list before. */
  public synchronized void begin() {
    column = Pattern.compile("(?!)");
  }

  /** Looks for an id in a line that a command printed. */
  public synchronized void noteOutput(String line) {
    String text = line.stripTrailing();
    if (TABLE.matcher(text).matches() || CSV.matcher(text).matches()) {
      column = below(text);
      return;
    }
    noteAll(column, text);
    NAMED.forEach(pattern -> noteAll(pattern, text));
  }

  private static Pattern below(String head) {
    Matcher field = Pattern.compile("(?<![a-z_])" + FIELD + "(?![a-z_])").matcher(head);
    if (!field.find()) {
      return Pattern.compile("(?!)");
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

  /** Remembers an id. */
  public synchronized void note(String id) {
    ids.addFirst(id);
    while (ids.size() > MOST) {
      ids.removeLast();
    }
  }

  public synchronized List<String> ids() {
    return List.copyOf(ids);
  }
}
