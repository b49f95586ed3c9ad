package orderflow.cli.prove.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import orderflow.cli.prove.check.Finding;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.scenario.Timeline.Mark;
import orderflow.cli.view.Text;

/** One scenario in the HTML report: its row in the overview, and its section. */
final class ScenarioSection {
  /** Unknown, or not applicable. */
  private static final String NONE = "–";

  private static final int SHOWN_REMARKS = 20;
  private static final int MOST_REMARKS = 1_000;
  private static final int MOST_MARKS = 100;

  private final StringBuilder html = new StringBuilder();
  private final int index;
  private final ScenarioResult result;
  private final Timeline timeline;
  private final boolean hasSamples;

  /**
   * @param index of the data of its charts
   */
  ScenarioSection(int index, ScenarioResult result) {
    this.index = index;
    this.result = result;
    this.timeline = result.timeline();
    this.hasSamples = !timeline.samples().isEmpty();
  }

  /** A symbol and a word, so that no colour is needed. */
  static String badge(Verdict verdict) {
    String symbol =
        switch (verdict) {
          case PASS -> "✔";
          case FAIL -> "✘";
          case INCONCLUSIVE -> "?";
          case SKIP -> "○";
        };
    return "<span class=\"badge %s\">%s %s</span>"
        .formatted(verdict.wire(), symbol, verdict.name());
  }

  static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  /** The row in the overview. */
  String row() {
    boolean ran = result.verdict() != Verdict.SKIP;
    boolean judged = ran && result.totals().isJudged();
    Totals totals = result.totals();
    return "<tr><td>%s</td><th scope=\"row\"><a href=\"#s%d\">%s</a></th>"
            .formatted(badge(result.verdict()), index, Html.escaped(result.scenario()))
        + cell("wide", ran ? seconds(result.seconds()) : NONE)
        + cell("wide", ran ? Text.grouped(totals.accepted()) : NONE)
        + cell("", judged ? Text.grouped(totals.lost().size()) : NONE)
        + cell("", judged ? Text.grouped(totals.doubleEffects().size()) : NONE)
        + cell("wide", hasSamples ? Text.grouped(timeline.peak()) : NONE)
        + cell("wide", recovery())
        + cell("wide", hasSamples ? p99() : NONE)
        + "</tr>\n";
  }

  private static String cell(String kind, String text) {
    return "<td class=\"number %s\">%s</td>".formatted(kind, Html.escaped(text));
  }

  private String recovery() {
    if (!hasSamples || timeline.marks().isEmpty()) {
      return NONE;
    }
    double recovery = timeline.recovery();
    return recovery < 0 ? "not seen" : seconds(recovery);
  }

  private String p99() {
    return Text.millis(timeline.samples().getLast().latencyMillis());
  }

  String section() {
    html.append(
        "<section id=\"s%d\" class=\"scenario\">\n<h2>%s %s <small>%s</small></h2>\n"
            .formatted(
                index,
                badge(result.verdict()),
                Html.escaped(result.scenario()),
                result.verdict() == Verdict.SKIP ? "" : seconds(result.seconds())));
    html.append("<p class=\"purpose\">%s</p>\n".formatted(Html.escaped(result.purpose())));
    boolean judged = result.totals().isJudged();
    if (hasSamples && judged) {
      sums(result.totals());
    }
    if (!hasSamples || !result.passed()) { // the sums say the same
      html.append("<p class=\"summary\">%s</p>\n".formatted(Html.escaped(result.summary())));
    }
    findings();
    if (judged && !result.missing().isEmpty()) {
      html.append("<p class=\"missing\">What had to be seen and was not:</p>\n");
      list(result.missing());
    }
    remarks();
    if (hasSamples) {
      figures();
      marks();
      html.append("<div class=\"charts\" data-chart=\"%d\"></div>\n".formatted(index));
    }
    html.append("</section>\n");
    return html.toString();
  }

  private void sums(Totals totals) {
    html.append("<ul class=\"sums\">\n");
    boolean decided =
        totals.accepted() == totals.reserved() + totals.failed() + totals.deadLettered();
    sum(
        decided,
        "%s accepted %s %s reserved + %s failed + %s dead letters"
            .formatted(
                Text.grouped(totals.accepted()),
                decided ? "=" : "≠",
                Text.grouped(totals.reserved()),
                Text.grouped(totals.failed()),
                Text.grouped(totals.deadLettered())));
    boolean notified = totals.reserved() == totals.notified();
    sum(
        notified,
        "%s reserved %s %s notified"
            .formatted(
                Text.grouped(totals.reserved()),
                notified ? "=" : "≠",
                Text.grouped(totals.notified())));
    int lost = totals.lost().size();
    sum(lost == 0, Text.grouped(lost) + " lost");
    int doubled = totals.doubleEffects().size();
    sum(doubled == 0, Text.grouped(doubled) + " with two effects");
    html.append("</ul>\n");
  }

  private void sum(boolean holds, String text) {
    html.append(
        "<li class=\"%s\"><b>%s</b> %s</li>\n"
            .formatted(holds ? "holds" : "broken", holds ? "✔" : "✘", text));
  }

  private void findings() {
    if (result.findings().isEmpty()) {
      return;
    }
    html.append("<ul class=\"sums\">\n");
    FindingGroups.lines(result.findings()).forEach(line -> sum(false, Html.escaped(line)));
    html.append("</ul>\n");
    List<String> orders = result.findings().stream().map(Finding::line).toList();
    if (orders.size() > SHOWN_REMARKS) {
      html.append(
          "<details><summary>all %s findings</summary>\n".formatted(Text.grouped(orders.size())));
      list(orders);
      html.append("</details>\n");
    }
  }

  private void remarks() {
    List<String> remarks = result.remarks();
    if (remarks.isEmpty()) {
      return;
    }
    list(remarks.stream().limit(SHOWN_REMARKS).toList());
    if (remarks.size() > SHOWN_REMARKS) {
      List<String> more = remarks.stream().skip(SHOWN_REMARKS).limit(MOST_REMARKS).toList();
      html.append("<details><summary>%s more</summary>\n".formatted(Text.grouped(more.size())));
      list(more);
      html.append("</details>\n");
    }
    int left = remarks.size() - SHOWN_REMARKS - MOST_REMARKS;
    if (left > 0) {
      html.append("<p>and %s that are left out here</p>\n".formatted(Text.grouped(left)));
    }
  }

  private void list(List<String> lines) {
    html.append("<ul class=\"remarks\">");
    lines.forEach(line -> html.append("<li>%s</li>\n".formatted(Html.escaped(line))));
    html.append("</ul>\n");
  }

  private void figures() {
    Backlog backlog = Backlog.of(timeline);
    boolean known = backlog.peak() >= 0;
    boolean atOnce = backlog.emptiedAtOnce();
    html.append("<dl class=\"figures\">\n");
    figure(
        "Backlog peak",
        known ? Text.grouped(backlog.peak()) : NONE,
        known ? "messages ready, at " + seconds(backlog.peakAt()) : "");
    figure("Build-up", perSecond("", backlog.slope()), "messages, up to the peak");
    figure("Drain", perSecond(atOnce ? "≥ " : "", backlog.drainRate()), "messages, net");
    figure(
        "Time to empty",
        backlog.timeToEmpty().isEmpty()
            ? NONE
            : (atOnce ? "≤ " : "") + seconds(backlog.timeToEmpty().getAsDouble()),
        "from the peak to no message");
    figure("Recovery", recovery(), "from the end of the fault to the usual depth");
    figure("Accept latency, p99", p99(), "of all orders, open-loop");
    double slowest =
        timeline.samples().stream().mapToDouble(sample -> sample.recent().max()).max().orElse(-1);
    figure(
        "Accept latency, max", slowest < 0 ? NONE : Text.millis(slowest), "from the intended send");
    figure(
        "Oldest order waited",
        seconds(DoubleStream.of(ChartSeries.ages(timeline.samples())).max().orElse(0)),
        "at most, for its outcome; estimate");
    html.append("</dl>\n");
  }

  private static String perSecond(String sign, OptionalDouble rate) {
    return rate.isEmpty() ? NONE : sign + String.format(Locale.ROOT, "%,.0f/s", rate.getAsDouble());
  }

  private void figure(String name, String value, String note) {
    html.append(
        "<div><dt>%s</dt><dd>%s <small>%s</small></dd></div>\n"
            .formatted(name, Html.escaped(value), note));
  }

  /** The faults, numbered as in the charts. */
  private void marks() {
    List<Mark> marks = timeline.marks();
    if (!marks.isEmpty()) {
      html.append(
          "<ol class=\"marks\">\n%s</ol>\n"
              .formatted(
                  marks.stream()
                      .limit(MOST_MARKS)
                      .map(ScenarioSection::mark)
                      .collect(Collectors.joining())));
    }
  }

  private static String mark(Mark mark) {
    return "<li>%s <small>%s to %s</small></li>\n"
        .formatted(Html.escaped(mark.what()), seconds(mark.from()), seconds(mark.until()));
  }
}
