package orderflow.cli.shell;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The orders that came up in this session, the latest first; so many and no more. */
public final class RecentOrders {
  private static final int MOST = 50;
  private static final Pattern ORDER_ID =
      Pattern.compile("order_id\"?\\s*:?\\s+\"?([A-Za-z0-9][A-Za-z0-9._:-]{0,127})");

  private final SequencedSet<String> ids = new LinkedHashSet<>();

  /** Looks for an id in a line that a command printed. */
  public synchronized void noteOutput(String line) {
    Matcher found = ORDER_ID.matcher(line);
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
