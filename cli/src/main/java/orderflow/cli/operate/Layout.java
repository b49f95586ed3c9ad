package orderflow.cli.operate;

import java.util.ArrayList;
import java.util.List;

/** Fits lines into the rows of a screen, and says how many are cut. */
public final class Layout {
  /** The fewest lines of the details. */
  private static final int LEAST = 4;

  private Layout() {}

  /** The flow and, in the rows that are left, the details. */
  public static List<String> fit(List<String> flow, List<String> details, int rows) {
    int least = Math.min(details.size(), LEAST);
    List<String> lines = new ArrayList<>(cut(flow, Math.max(0, rows - least)));
    lines.addAll(cut(details, Math.max(0, rows - lines.size())));
    return lines;
  }

  private static List<String> cut(List<String> lines, int rows) {
    if (lines.size() <= rows) {
      return lines;
    }
    int shown = Math.max(0, rows - 1);
    List<String> cut = new ArrayList<>(lines.subList(0, shown));
    if (rows > 0) {
      cut.add("… %d more lines".formatted(lines.size() - shown));
    }
    return cut;
  }
}
