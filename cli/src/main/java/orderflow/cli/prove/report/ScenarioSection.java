package orderflow.cli.prove.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.scenario.Timeline.Mark;
import orderflow.cli.prove.scenario.Timeline.Sample;
import orderflow.cli.view.Text;

/** One scenario of the page, as HTML: verdict, arithmetic, figures, and room for its charts. */
final class ScenarioSection {
  private static final int SHOWN_REMARKS = 20;
  private static final int MOST_REMARKS = 1_000;
  private static final int MOST_MARKS = 100;

  private final StringBuilder html = new StringBuilder();
  private final int index;
  private final ScenarioResult verdict;

  private ScenarioSection(int index, ScenarioResult verdict) {
    this.index = index;
    this.verdict = verdict;
  }

  /**
   * @param index under which the script finds the data of its charts
   */
  static String of(int index, ScenarioResult verdict) {
    return new ScenarioSection(index, verdict).written();
  }

  private String written() {
    html.append(
        "<section id=\"s%d\" class=\"scenario\">\n<h2>%s %s <small>%s</small></h2>\n"
            .formatted(
                index,
                ReportPage.badge(verdict.verdict()),
                Html.escaped(verdict.scenario()),
                verdict.verdict() == Verdict.SKIP ? "" : ReportPage.seconds(verdict.seconds())));
    html.append("<p class=\"purpose\">%s</p>\n".formatted(Html.escaped(verdict.purpose())));
    boolean watched = !verdict.timeline().samples().isEmpty();
    if (watched && verdict.totals().isJudged()) {
      arithmetic(verdict.totals());
    }
    if (!watched || !verdict.passed()) { // else it says what the sums say
      html.append("<p class=\"summary\">%s</p>\n".formatted(Html.escaped(verdict.summary())));
    }
    if (verdict.totals().isJudged() && !verdict.missing().isEmpty()) {
      html.append("<p class=\"missing\">What had to be seen and was not:</p>\n");
      list(verdict.missing());
    }
    remarks();
    if (watched) {
      Timeline timeline = verdict.timeline();
      figures(timeline);
      marks(timeline.marks());
      html.append("<div class=\"charts\" data-chart=\"%d\"></div>\n".formatted(index));
    }
    return html.append("</section>\n").toString();
  }

  /** Of a scenario that every order was counted in. */
  private void arithmetic(Totals books) {
    html.append("<ul class=\"sums\">\n");
    boolean decided = books.accepted() == books.reserved() + books.failed() + books.deadLettered();
    sum(
        decided,
        "%s accepted %s %s reserved + %s failed + %s dead letters"
            .formatted(
                Text.grouped(books.accepted()),
                decided ? "=" : "≠",
                Text.grouped(books.reserved()),
                Text.grouped(books.failed()),
                Text.grouped(books.deadLettered())));
    boolean told = books.reserved() == books.notified();
    sum(
        told,
        "%s reserved %s %s notified"
            .formatted(
                Text.grouped(books.reserved()), told ? "=" : "≠", Text.grouped(books.notified())));
    int lost = books.lost().size();
    sum(lost == 0, Text.grouped(lost) + " lost");
    int doubled = books.doubleEffects().size();
    sum(doubled == 0, Text.grouped(doubled) + " with two effects");
    html.append("</ul>\n");
  }

  private void sum(boolean holds, String text) {
    html.append(
        "<li class=\"%s\"><b>%s</b> %s</li>\n"
            .formatted(holds ? "holds" : "broken", holds ? "✔" : "✘", text));
  }

  private void remarks() {
    List<String> remarks = verdict.remarks();
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

  private void figures(Timeline timeline) {
    Backlog backlog = Backlog.of(timeline);
    boolean atOnce = backlog.emptiedAtOnce();
    html.append("<dl class=\"figures\">\n");
    figure(
        "Backlog peak",
        backlog.peak() < 0 ? ReportPage.NONE : Text.grouped(backlog.peak()),
        backlog.peak() < 0 ? "" : "messages ready, at " + ReportPage.seconds(backlog.peakAt()));
    figure("Build-up", perSecond("", backlog.slope()), "messages, up to the peak");
    figure("Drain", perSecond(atOnce ? "≥ " : "", backlog.drainRate()), "messages, net");
    figure(
        "Time to empty",
        backlog.timeToEmpty().isEmpty()
            ? ReportPage.NONE
            : (atOnce ? "≤ " : "") + ReportPage.seconds(backlog.timeToEmpty().getAsDouble()),
        "from the peak to no message");
    figure("Recovery", ReportPage.recovery(timeline), "from mended to the usual depth");
    figure(
        "Accept latency, p99",
        Text.millis(timeline.samples().getLast().latencyMillis()),
        "of all orders, open-loop");
    figure("Accept latency, max", slowest(timeline), "from the intended send");
    figure(
        "Oldest order waited",
        ReportPage.seconds(DoubleStream.of(ChartSeries.ages(timeline.samples())).max().orElse(0)),
        "at most, for its outcome; estimate");
    html.append("</dl>\n");
  }

  private static String slowest(Timeline timeline) {
    return timeline.samples().stream()
        .map(Sample::recent)
        .mapToDouble(recent -> recent.max())
        .filter(max -> max >= 0)
        .max()
        .stream()
        .mapToObj(Text::millis)
        .findFirst()
        .orElse(ReportPage.NONE);
  }

  private static String perSecond(String sign, OptionalDouble rate) {
    return rate.isEmpty()
        ? ReportPage.NONE
        : sign + String.format(Locale.ROOT, "%,.0f/s", rate.getAsDouble());
  }

  private void figure(String name, String value, String note) {
    html.append(
        "<div><dt>%s</dt><dd>%s <small>%s</small></dd></div>\n"
            .formatted(name, Html.escaped(value), note));
  }

  /** By the numbers that the charts show them under. */
  private void marks(List<Mark> marks) {
    if (marks.isEmpty()) {
      return;
    }
    html.append(
        marks.stream()
            .limit(MOST_MARKS)
            .map(mark ->
                "<li>%s <small>%s to %s</small></li>\n"
                    .formatted(
                        Html.escaped(mark.what()),
                        ReportPage.seconds(mark.from()),
                        ReportPage.seconds(mark.until())))
            .collect(Collectors.joining("", "<ol class=\"marks\">\n", "</ol>\n")));
  }
}
