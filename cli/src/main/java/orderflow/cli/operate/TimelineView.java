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
 * Moments for people, each with the time since the one before. On a narrower terminal the date
 * stands above those of its day, and on a narrow one a moment takes several lines. Not thread-safe.
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
   * @param columns of the terminal; 0 for a line a moment, however long
   */
  public TimelineView(int columns) {
    this.columns = columns;
  }

  private static DateTimeFormatter utc(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** What happened after all that was given before. */
  public List<String> of(List<Entry> moments) {
    List<String> lines = new ArrayList<>();
    for (Entry moment : moments) {
      add(lines, moment);
      last = moment.at() == null ? last : moment;
    }
    return lines;
  }

  private void add(List<String> lines, Entry moment) {
    Instant at = moment.at();
    if (columns == 0 || columns >= WIDE) {
      lines.addAll(besideColumns("%-24s".formatted(at == null ? "" : at), gap(moment), moment));
      return;
    }
    String its = at == null ? day : DAY.format(at);
    if (!its.equals(day)) {
      lines.add(its);
      day = its;
    }
    String time = at == null ? "" : TIME_OF_DAY.format(at);
    if (columns >= NARROW) {
      lines.addAll(besideColumns("%-12s".formatted(time), gap(moment), moment));
    } else {
      if (at != null) {
        lines.add((time + " " + gap(moment)).stripTrailing());
      }
      String what = Text.printable(moment.service() + " " + moment.event());
      lines.addAll(Text.wrapBeside("  ", what, columns));
      lines.addAll(Text.wrapBeside("    ", Text.printable(moment.detail()), columns));
    }
  }

  private List<String> besideColumns(String time, String gap, Entry moment) {
    String head =
        "%s %9s  %s %s "
            .formatted(
                time,
                gap,
                Text.padded(Text.printable(moment.service()), SERVICE),
                Text.padded(Text.printable(moment.event()), EVENT));
    return Text.wrapBeside(head, Text.printable(moment.detail()), columns);
  }

  private String gap(Entry moment) {
    return OrderTimeline.gap(last, moment)
        .map(time -> (time.isNegative() ? "-" : "+") + Text.millis((double) time.abs().toMillis()))
        .orElse("");
  }
}
