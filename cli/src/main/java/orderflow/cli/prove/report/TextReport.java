package orderflow.cli.prove.report;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.view.Sparkline;
import orderflow.cli.view.Text;

/** Results for a terminal: totals, timeline and remarks of each scenario. */
public final class TextReport {
  private static final int MAX_REMARKS = 50;
  private static final int WIDTH = 79;
  private static final int INDENT = 6;
  private static final int SPARKS = 30;
  private static final String MARK = "✘ ";
  private static final String RED = "\033[31m";
  private static final String RESET = "\033[0m";
  private static final int LEGEND = "depth ".length();

  /** Where a sum may be broken: a number stays with its name. */
  private static final String BREAKS = "(?<=,) | (?=[=+] )";

  private final PrintWriter out;
  private final boolean coloured;
  private final int columns;

  /**
   * @param columns of the terminal; 0 when there is none
   */
  public TextReport(PrintWriter out, boolean coloured, int columns) {
    this.out = out;
    this.coloured = coloured;
    this.columns = columns;
  }

  /** Prints all of {@code results}, and a last line that counts them. */
  public void print(List<ScenarioResult> results) {
    int width =
        results.stream().mapToInt(result -> Text.columns(result.scenario())).max().orElse(0);
    for (ScenarioResult result : results) {
      printHead(result, width);
      int most = Math.max(1, (columns == 0 ? WIDTH : Math.min(WIDTH, columns)) - INDENT);
      Stream.of(result.summary().split("(?<=;) ", -1))
          .flatMap(sum -> Text.fill(List.of(sum.split(BREAKS, -1)), " ", most).stream())
          .flatMap(line -> Text.wrap(line, most).stream())
          .forEach(this::indented);
      FindingGroups.lines(result.findings())
          .forEach(line -> indented(mark() + Text.printable(line)));
      if (result.totals().isJudged()) { // the summary says the same
        result.missing().forEach(missing -> indented("not seen: " + Text.printable(missing)));
      }
      printTimeline(result.timeline());
      printRemarks(result.remarks());
    }
    out.println();
    out.println(counts(results));
  }

  /** Prints what differs from an earlier run. */
  public void print(List<ScenarioResult> results, Comparison comparison) {
    out.println();
    out.println(Text.printable(comparison.title()) + ":");
    comparison.lines(results).forEach(line -> indented(Text.printable(line)));
  }

  private void printHead(ScenarioResult result, int width) {
    String word = result.verdict().label(coloured) + "  ";
    String seconds = String.format(Locale.ROOT, "%5.1f s", result.seconds());
    if (columns == 0 || columns >= INDENT + width + 2 + seconds.length()) {
      out.println(word + Text.padded(result.scenario(), width) + "  " + seconds);
    } else {
      out.println(word + result.scenario());
      indented(seconds.strip());
    }
  }

  /** In front of each line that makes a scenario fail. */
  private String mark() {
    return coloured ? RED + MARK + RESET : MARK;
  }

  private void indented(String line) {
    Text.wrapBeside(" ".repeat(INDENT), line, columns).forEach(out::println);
  }

  private void printTimeline(Timeline timeline) {
    if (timeline.samples().isEmpty()) {
      return;
    }
    double recovery = timeline.recovery();
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

  static String counts(List<ScenarioResult> results) {
    long inconclusive = count(results, Verdict.INCONCLUSIVE);
    return "%d passed, %d failed, %d skipped%s"
        .formatted(
            count(results, Verdict.PASS),
            count(results, Verdict.FAIL),
            count(results, Verdict.SKIP),
            inconclusive == 0 ? "" : ", " + inconclusive + " inconclusive");
  }

  static long count(List<ScenarioResult> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).count();
  }

  public static Map<String, Object> toJson(List<ScenarioResult> results) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("verdict", ScenarioResult.overall(results).wire());
    json.put("scenarios", results.stream().map(ScenarioResult::toJson).toList());
    return json;
  }
}
