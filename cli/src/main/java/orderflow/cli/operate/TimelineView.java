package orderflow.cli.operate;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orderflow.cli.operate.OrderTimeline.Entry;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;

/**
 * Formats timeline entries with the gap before each. Below 100 columns, the date is a line above
 * the entries of its day; below 70, an entry takes several lines. Not thread-safe.
 */
public final class TimelineView {
  private static final int WIDE = 100;
  private static final int NARROW = 70;
  private static final int SERVICE = 12;
  private static final int EVENT = 11;
  private static final DateTimeFormatter DAY = utc("uuuu-MM-dd 'UTC'");
  private static final DateTimeFormatter TIME_OF_DAY = utc("HH:mm:ss.SSS");

  private final int columns;
  private @Nullable Entry last;
  private String day = "";

  /**
   * @param columns of the terminal; 0 for one line per entry of any length
   */
  public TimelineView(int columns) {
    this.columns = columns;
  }

  private static DateTimeFormatter utc(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** The lines of further entries. */
  public List<String> of(List<Entry> entries) {
    List<String> lines = new ArrayList<>();
    for (Entry entry : entries) {
      add(lines, entry);
      last = entry.at() == null ? last : entry;
    }
    return lines;
  }

  private void add(List<String> lines, Entry entry) {
    Instant at = entry.at();
    if (columns == 0 || columns >= WIDE) {
      lines.addAll(besideColumns("%-24s".formatted(at == null ? "" : at), gap(entry), entry));
      return;
    }
    String entryDay = at == null ? day : DAY.format(at);
    if (!entryDay.equals(day)) {
      lines.add(entryDay);
      day = entryDay;
    }
    String time = at == null ? "" : TIME_OF_DAY.format(at);
    if (columns >= NARROW) {
      lines.addAll(besideColumns("%-12s".formatted(time), gap(entry), entry));
    } else {
      if (at != null) {
        lines.add((time + " " + gap(entry)).stripTrailing());
      }
      String what = Text.printable(entry.service() + " " + entry.event());
      lines.addAll(Text.wrapBeside("  ", what, columns));
      lines.addAll(Text.wrapBeside("    ", Text.printable(entry.detail()), columns));
    }
  }

  private List<String> besideColumns(String time, String gap, Entry entry) {
    String head =
        "%s %9s  %s %s "
            .formatted(
                time,
                gap,
                Text.padded(Text.printable(entry.service()), SERVICE),
                Text.padded(Text.printable(entry.event()), EVENT));
    return Text.wrapBeside(head, Text.printable(entry.detail()), columns);
  }

  private String gap(Entry entry) {
    return OrderTimeline.gap(last, entry)
        .map(time -> (time.isNegative() ? "-" : "+") + Text.millis((double) time.abs().toMillis()))
        .orElse("");
  }
}
