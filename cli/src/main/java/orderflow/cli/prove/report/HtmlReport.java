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
import java.util.stream.IntStream;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Results as one HTML file that loads nothing over the network. */
public final class HtmlReport {
  private static final String UPLOT = "META-INF/resources/webjars/uplot/";
  private static final String UPLOT_VERSION = "META-INF/maven/org.webjars.npm/uplot/pom.properties";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private HtmlReport() {}

  /**
   * @param comparison with an earlier run; null without one
   * @throws IOException when {@code file} cannot be written
   */
  public static void write(
      Path file,
      List<ScenarioResult> results,
      RunConditions conditions,
      @Nullable Comparison comparison)
      throws IOException {
    Files.writeString(file, page(results, conditions, comparison));
  }

  private static String page(
      List<ScenarioResult> results, RunConditions conditions, @Nullable Comparison comparison)
      throws IOException {
    Verdict verdict = ScenarioResult.overall(results);
    String uplot = UPLOT + uplotVersion() + "/";
    double seconds = results.stream().mapToDouble(ScenarioResult::seconds).sum();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("badge", ScenarioSection.badge(verdict));
    values.put("word", verdict.name());
    values.put("counts", TextReport.counts(results) + ", in " + ScenarioSection.seconds(seconds));
    values.put("broker", Html.escaped(conditions.broker()));
    values.put("finished", Html.escaped(conditions.finished().toString()));
    values.put("conditions", conditions(conditions));
    values.put("command", Html.escaped(conditions.command()));
    values.put("comparison", comparison == null ? "" : comparison.section(results));
    values.put("licence", Html.escaped(resource(uplot + "LICENSE")));
    values.put(
        "data",
        Html.inScript(
            JSON.writeValueAsString(
                results.stream().map(result -> chart(result.timeline())).toList())));
    values.put("uplot-css", resource(uplot + "dist/uPlot.min.css"));
    values.put("uplot-js", resource(uplot + "dist/uPlot.iife.min.js"));
    values.put("css", own("report.css"));
    values.put("js", own("report.js"));
    List<ScenarioSection> sections =
        IntStream.range(0, results.size())
            .mapToObj(i -> new ScenarioSection(i, results.get(i)))
            .toList();
    values.put(
        "overview", sections.stream().map(ScenarioSection::row).collect(Collectors.joining()));
    values.put(
        "scenarios", sections.stream().map(ScenarioSection::section).collect(Collectors.joining()));
    return Html.filled(own("report.html"), values);
  }

  private static String conditions(RunConditions conditions) {
    return conditions.named().entrySet().stream()
        .map(entry ->
            "<dt>%s</dt><dd>%s</dd>\n"
                .formatted(Html.escaped(entry.getKey()), Html.escaped(entry.getValue())))
        .collect(Collectors.joining());
  }

  /** The data of a scenario's charts for the script; empty without samples. */
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

  /** It is part of a folder name in the jar. */
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
