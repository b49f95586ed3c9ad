package orderflow.cli.operate;

import java.util.ArrayList;
import java.util.List;

/** Puts into a screen what there is room for, and says what is missing. */
public final class Layout {
  /** So many lines of what was asked for are shown at least. */
  private static final int LEAST = 4;

  private Layout() {}

  /**
   * The flow, and beneath it what was asked for, which has to make do with the room that is left.
   * What is cut says how many lines there are more.
   */
  public static List<String> fit(List<String> flow, List<String> asked, int room) {
    int least = Math.min(asked.size(), LEAST);
    List<String> lines = new ArrayList<>(cut(flow, Math.max(0, room - least)));
    lines.addAll(cut(asked, Math.max(0, room - lines.size())));
    return lines;
  }

  private static List<String> cut(List<String> lines, int room) {
    if (lines.size() <= room) {
      return lines;
    }
    int shown = Math.max(0, room - 1);
    List<String> cut = new ArrayList<>(lines.subList(0, shown));
    if (room > 0) {
      cut.add("… %d more lines".formatted(lines.size() - shown));
    }
    return cut;
  }
}
