package orderflow.cli.prove.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.view.Text;

/** The parts of the page that speak of the whole run, as HTML. Pure. */
final class ReportPage {
  /** For what was not seen or does not apply. */
  static final String NONE = "–";

  private ReportPage() {}

  /** A symbol and a word, so that no colour is needed. */
  static String badge(Verdict outcome) {
    String symbol =
        switch (outcome) {
          case PASS -> "✔";
          case FAIL -> "✘";
          case INCONCLUSIVE -> "?";
          case SKIP -> "○";
        };
    return "<span class=\"badge %s\">%s %s</span>"
        .formatted(outcome.wire(), symbol, outcome.name());
  }

  static String counts(List<ScenarioResult> verdicts) {
    return "%s, in %s"
        .formatted(
            VerdictLabel.counts(verdicts),
            seconds(verdicts.stream().mapToDouble(ScenarioResult::seconds).sum()));
  }

  /** A row a scenario. */
  static String overview(List<ScenarioResult> verdicts) {
    return IntStream.range(0, verdicts.size())
        .mapToObj(i -> row(i, verdicts.get(i)))
        .collect(Collectors.joining());
  }

  private static String row(int index, ScenarioResult verdict) {
    Timeline timeline = verdict.timeline();
    boolean watched = !timeline.samples().isEmpty();
    boolean played = verdict.verdict() != Verdict.SKIP;
    boolean judged = played && verdict.totals().isJudged();
    var row = new StringBuilder("<tr><td>%s</td>".formatted(badge(verdict.verdict())));
    row.append(
        "<th scope=\"row\"><a href=\"#s%d\">%s</a></th>"
            .formatted(index, Html.escaped(verdict.scenario())));
    cell(row, "wide", played ? seconds(verdict.seconds()) : NONE);
    cell(row, "wide", played ? Text.grouped(verdict.totals().accepted()) : NONE);
    cell(row, "", judged ? Text.grouped(verdict.totals().lost().size()) : NONE);
    cell(row, "", judged ? Text.grouped(verdict.totals().doubleEffects().size()) : NONE);
    cell(row, "wide", watched ? Text.grouped(timeline.peak()) : NONE);
    cell(row, "wide", recovery(timeline));
    cell(row, "wide", watched ? Text.millis(timeline.samples().getLast().latencyMillis()) : NONE);
    return row.append("</tr>\n").toString();
  }

  private static void cell(StringBuilder row, String kind, String text) {
    row.append("<td class=\"number %s\">%s</td>".formatted(kind, Html.escaped(text)));
  }

  /** From the mending until no more than usual waited. */
  static String recovery(Timeline timeline) {
    if (timeline.samples().isEmpty() || timeline.marks().isEmpty()) {
      return NONE;
    }
    double recovery = timeline.recovery(timeline.usual());
    return recovery < 0 ? "not seen" : seconds(recovery);
  }

  static String conditions(RunConditions conditions) {
    return conditions.named().entrySet().stream()
        .map(entry ->
            "<dt>%s</dt><dd>%s</dd>\n"
                .formatted(Html.escaped(entry.getKey()), Html.escaped(entry.getValue())))
        .collect(Collectors.joining());
  }

  static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
