package orderflow.cli.prove.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.view.Text;
import tools.jackson.databind.json.JsonMapper;

/** Verdicts as one page for a browser, which carries all it needs: it fetches nothing. */
public final class HtmlReport {
  private static final String UPLOT = "META-INF/resources/webjars/uplot/";
  private static final String UPLOT_VERSION = "META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private HtmlReport() {}

  /**
   * Writes {@code file}.
   *
   * @throws IOException when it cannot be written
   */
  public static void write(Path file, List<ScenarioResult> verdicts, RunConditions conditions)
      throws IOException {
    Files.writeString(file, page(verdicts, conditions));
  }

  private static String page(List<ScenarioResult> verdicts, RunConditions conditions)
      throws IOException {
    Verdict outcome = ScenarioResult.overall(verdicts);
    String uplot = UPLOT + uplotVersion() + "/";
    Map<String, String> values = new LinkedHashMap<>();
    values.put("badge", ReportPage.badge(outcome));
    values.put("word", outcome.name());
    values.put("counts", ReportPage.counts(verdicts));
    values.put("broker", Html.escaped(conditions.broker()));
    values.put("finished", Html.escaped(conditions.finished().toString()));
    values.put("overview", ReportPage.overview(verdicts));
    values.put("conditions", ReportPage.conditions(conditions));
    values.put("command", Html.escaped(conditions.command()));
    values.put("licence", Html.escaped(resource(uplot + "LICENSE")));
    values.put("data", Html.inScript(JSON.writeValueAsString(charts(verdicts))));
    values.put("uplot-css", resource(uplot + "dist/uPlot.min.css"));
    values.put("uplot-js", resource(uplot + "dist/uPlot.iife.min.js"));
    values.put("css", own("report.css"));
    values.put("js", own("report.js"));
    values.put(
        "scenarios",
        Stream.iterate(0, i -> i < verdicts.size(), i -> i + 1)
            .map(i -> ScenarioSection.of(i, verdicts.get(i)))
            .collect(Collectors.joining()));
    return Html.filled(own("report.html"), values);
  }

  /** What the script draws, one for each verdict, in order; empty where nothing was watched. */
  private static List<Map<String, Object>> charts(List<ScenarioResult> verdicts) {
    return verdicts.stream().map(verdict -> chart(verdict.timeline())).toList();
  }

  private static Map<String, Object> chart(Timeline timeline) {
    if (timeline.samples().isEmpty()) {
      return Map.of();
    }
    Map<String, Object> chart = new LinkedHashMap<>();
    chart.put(
        "marks",
        timeline.marks().stream()
            .map(mark -> List.of(mark.from(), mark.until(), Text.printable(mark.what())))
            .toList());
    chart.put("lines", ChartSeries.of(timeline));
    return chart;
  }

  private static String own(String name) throws IOException {
    return resource("orderflow/cli/prove/report/" + name);
  }

  /** The folder in its jar is named after it. */
  private static String uplotVersion() throws IOException {
    var properties = new Properties();
    try (InputStream in = open(UPLOT_VERSION)) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = HtmlReport.class.getClassLoader().getResourceAsStream(name);
    if (in == null) {
      throw new IOException(name + " is missing from the class path");
    }
    return in;
  }
}
