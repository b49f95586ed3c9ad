package orderflow.cli.prove.report;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.view.Sparkline;
import orderflow.cli.view.Text;

/** Verdicts for people: a line of arithmetic each, what was seen on the way, and every name. */
public final class TextReport {
  private static final int MAX_REMARKS = 50;
  private static final int WIDTH = 79;
  private static final int INDENT = 6;
  private static final int SPARKS = 30;
  private static final int LEGEND = "depth ".length();

  /** Where a sum is best broken: a figure stays with its name. */
  private static final String BREAKS = "(?<=,) | (?=[=+] )";

  private final PrintWriter out;
  private final boolean coloured;
  private final int columns;

  /**
   * @param columns of the terminal; 0 when it is none, or unknown
   */
  public TextReport(PrintWriter out, boolean coloured, int columns) {
    this.out = out;
    this.coloured = coloured;
    this.columns = columns;
  }

  /** All of {@code verdicts}, and a last line that counts them. */
  public void print(List<ScenarioResult> verdicts) {
    int width =
        verdicts.stream().mapToInt(verdict -> Text.columns(verdict.scenario())).max().orElse(0);
    for (ScenarioResult verdict : verdicts) {
      printHead(verdict, width);
      int most = Math.max(1, (columns == 0 ? WIDTH : Math.min(WIDTH, columns)) - INDENT);
      Stream.of(verdict.summary().split("(?<=;) ", -1))
          .flatMap(sum -> Text.fill(List.of(sum.split(BREAKS, -1)), " ", most).stream())
          .flatMap(line -> Text.wrap(line, most).stream())
          .forEach(this::indented);
      if (verdict.totals().isJudged()) { // else the summary says it
        verdict.missing().forEach(missing -> indented("not seen: " + Text.printable(missing)));
      }
      printTimeline(verdict.timeline());
      printRemarks(verdict.remarks());
    }
    out.println();
    out.println(VerdictLabel.counts(verdicts));
  }

  private void printHead(ScenarioResult verdict, int width) {
    String word = VerdictLabel.word(verdict.verdict(), coloured) + "  ";
    String seconds = String.format(Locale.ROOT, "%5.1f s", verdict.seconds());
    if (columns == 0 || columns >= INDENT + width + 2 + seconds.length()) {
      out.println(word + Text.padded(verdict.scenario(), width) + "  " + seconds);
    } else {
      out.println(word + verdict.scenario());
      indented(seconds.strip());
    }
  }

  private void indented(String line) {
    Text.wrapBeside(" ".repeat(INDENT), line, columns).forEach(out::println);
  }

  private void printTimeline(Timeline timeline) {
    if (timeline.samples().isEmpty()) {
      return;
    }
    double recovery = timeline.recovery(timeline.usual());
    String recovered =
        timeline.marks().isEmpty()
            ? ""
            : recovery < 0
                ? "  not recovered"
                : String.format(Locale.ROOT, "  recovered in %.1f s", recovery);
    indented(
        "backlog peak %s%s  p99 %s"
            .formatted(
                Text.grouped(timeline.peak()),
                recovered,
                Text.millis(timeline.samples().getLast().latencyMillis())));
    indented(
        "depth "
            + Sparkline.of(
                timeline.samples().stream().mapToLong(Timeline.Sample::waiting).toArray(),
                columns == 0 ? SPARKS : Math.clamp(columns - INDENT - LEGEND, 1, SPARKS)));
  }

  private void printRemarks(List<String> remarks) {
    remarks.stream().limit(MAX_REMARKS).forEach(remark -> indented(Text.printable(remark)));
    if (remarks.size() > MAX_REMARKS) {
      indented("and " + Text.grouped(remarks.size() - MAX_REMARKS) + " more");
    }
  }

  /** The contract for programs. */
  public static Map<String, Object> toJson(List<ScenarioResult> verdicts) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("verdict", ScenarioResult.overall(verdicts).wire());
    json.put("scenarios", verdicts.stream().map(ScenarioResult::toJson).toList());
    return json;
  }
}
