package orderflow.cli.prove.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final String HOSTILE = "</script><script>alert('1')</script>&\"{{data}}\u202e";
  private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s\"'()]*");

  private static final Pattern LOADED =
      Pattern.compile("(src|href)=[\"'](?!#|data:)|@import|url\\(");

  @TempDir Path folder;

  private String page(List<ScenarioResult> verdicts, RunConditions conditions) throws IOException {
    Path file = folder.resolve("report.html");
    HtmlReport.write(file, verdicts, conditions, Comparison.of("old", "{\"scenarios\":[]}"));
    return Files.readString(file);
  }

  @Test
  void namesWithMarkupAreEscaped() throws IOException {
    String page =
        page(
            List.of(
                Reports.passed(HOSTILE, Reports.outage(20, HOSTILE)),
                Reports.failed(HOSTILE, List.of(HOSTILE)),
                Reports.skipped(HOSTILE, HOSTILE)),
            Reports.conditions("verify", HOSTILE));

    assertFalse(page.contains("<script>alert"), "in the page as it was given");
    assertFalse(page.contains("\u202e"));
    assertEquals(3, count(page, "</script>"), "the data and two scripts");
    assertEquals(2, count(page, "\"lines\""), "the data replaces its placeholder");
    assertTrue(page.contains("lost: &lt;/script&gt;&lt;script&gt;alert(&#39;1&#39;)"));
    assertTrue(page.contains("\\u003c/script\\u003e\\u003cscript\\u003ealert"));
  }

  @Test
  void comparisonWithAnEarlierRunIsEscaped() throws IOException {
    String page =
        page(
            List.of(Reports.passed(HOSTILE, Reports.outage(20, "inventory stopped"))),
            Reports.conditions("verify"));

    assertTrue(page.contains("<h2>Compared with old</h2>"));
    assertTrue(page.contains("<li>new: &lt;/script&gt;"));
  }

  /** An address in a comment is not loaded. */
  @Test
  void pageReferencesNoOtherResource() throws IOException {
    String page =
        page(
            List.of(Reports.passed("backlog", Reports.outage(20, "inventory stopped"))),
            Reports.conditions("verify"));

    var addresses = new TreeSet<>(ADDRESS.matcher(page).results().map(m -> m.group()).toList());
    assertEquals(new TreeSet<>(List.of("https://github.com/leeoniya/uPlot")), addresses);
    assertTrue(page.contains("/*! https://github.com/leeoniya/uPlot"));
    assertFalse(LOADED.matcher(page).find());
    assertTrue(page.contains("default-src 'none'"));
    assertTrue(page.contains("The MIT License"));
  }

  @Test
  void failedScenarioListsTotalsAndEveryLostOrder() throws IOException {
    List<String> lost = IntStream.range(0, 30).mapToObj(i -> "order-" + i).toList();
    String page =
        page(
            List.of(
                Reports.failed("kill-order", lost), Reports.skipped("net-cut", "no proxy here")),
            Reports.conditions("verify", "--broker", "amqp://me:secret@host", "it's"));

    assertTrue(page.contains("✘ FAIL"));
    assertTrue(page.contains("2,000 accepted ≠ 1,970 reserved + 0 failed + 0 dead letters"));
    assertTrue(page.contains("30 lost"));
    lost.forEach(id -> assertTrue(page.contains("<li>lost: " + id + ": no decision</li>"), id));
    assertTrue(page.contains("○ SKIP"));
    assertTrue(page.contains("no proxy here"));
    assertTrue(
        page.contains(
            "orderflow verify --broker amqp://me:PASSWORD@host &#39;it&#39;\\&#39;&#39;s&#39;"
                + " --seed 4711"));
    assertFalse(page.contains("secret"));
    assertTrue(page.contains("<dd>2026-11-25T10:00:00Z</dd>"));
  }

  @Test
  void commandToRepeatHasNoToken() throws IOException {
    String page =
        page(
            List.of(Reports.skipped("net-cut", "no proxy here")),
            Reports.conditions("verify", "--token", "s3cret", "--token=s3cret", "--all"));

    assertTrue(page.contains("orderflow verify --token TOKEN --token=TOKEN --all"), page);
    assertFalse(page.contains("s3cret"));
  }

  @Test
  void longTimelineIsThinnedOutAndKeepsItsPeak() throws IOException {
    Timeline hours = Reports.outage(7_200, "inventory stopped");
    Map<String, Object> lines = ChartSeries.of(hours);
    String page = page(List.of(Reports.passed("backlog", hours)), Reports.conditions("verify"));

    assertTrue(hours.samples().size() > 20_000);
    lines.forEach((name, line) -> assertEquals(1_000, ((List<?>) line).size(), name));
    assertTrue(line(lines, "order_placed").contains((double) (7_200 * 3 / 10 * 100)));
    assertTrue(page.length() < 250_000, () -> page.length() + " characters");
  }

  @Test
  void backlogHasSlopeDrainRateAndTimeToEmpty() {
    Timeline timeline = Reports.outage(20, "inventory stopped");
    Backlog backlog = Backlog.of(timeline);

    assertEquals(10, backlog.peakAt());
    assertEquals(600, (double) backlog.peak(), 2.0);
    assertEquals(100, backlog.slope().orElseThrow(), 3);
    assertEquals(200, backlog.drainRate().orElseThrow(), 15);
    assertEquals(3, backlog.timeToEmpty().orElseThrow(), 0.6);
    assertFalse(backlog.emptiedAtOnce());
    assertEquals(-1, Backlog.of(Timeline.EMPTY).peak());
    assertEquals(6, IntStream.of(40).mapToDouble(i -> ages(timeline)[i]).sum(), 0.3);
    assertEquals(0, ages(timeline)[timeline.samples().size() - 1]);
  }

  private static double[] ages(Timeline timeline) {
    return ChartSeries.ages(timeline.samples());
  }

  @Test
  void unknownValuesAreGapsAndRatesSpanASecond() {
    Map<String, Object> lines = ChartSeries.of(Reports.outage(20, "inventory stopped"));

    assertEquals(null, line(lines, "order_placed").get(3));
    assertEquals(null, line(lines, "p99").getFirst());
    assertEquals(100.0, line(lines, "accepted").get(30));
    assertEquals(0.0, line(lines, "decided").get(30));
    assertEquals(300.0, line(lines, "decided").get(46));
  }

  @Test
  void placeholderWithoutValueIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Html.filled("{{gone}}", Map.of()));
    assertEquals("a $1 {{b}}", Html.filled("a {{x}}", Map.of("x", "$1 {{b}}")));
  }

  private static List<?> line(Map<String, Object> lines, String name) {
    return (List<?>) Objects.requireNonNull(lines.get(name));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
