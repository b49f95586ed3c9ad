package orderflow.cli.prove.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.prove.scenario.ScenarioResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What differs between an earlier run and this one. It changes no verdict. */
public final class Comparison {
  /** A figure that is at most this many times the earlier one is as before. */
  private static final double FACTOR = 1.5;

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("p99_ms", "p99", "ms", 25),
          new Figure("recovery_seconds", "recovery", "s", 2),
          new Figure("seconds", "took", "s", 10));

  private final String source;
  private final Map<String, JsonNode> before;

  /**
   * @param least a smaller difference means nothing
   */
  private record Figure(String field, String name, String unit, double least) {
    boolean isMore(double earlier, double now) {
      return now > earlier * FACTOR && now - earlier >= least;
    }
  }

  private Comparison(String source, Map<String, JsonNode> before) {
    this.source = source;
    this.before = before;
  }

  /**
   * @param file the JSON output of an earlier run
   * @throws CliException when it is not one
   */
  public static Comparison with(Path file) {
    try {
      return of(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "--compare: %s: %s".formatted(file, FileErrors.of(e)), e);
    }
  }

  static Comparison of(String source, String json) {
    JsonNode scenarios;
    try {
      scenarios = JsonMapper.shared().readTree(json).path("scenarios");
    } catch (JacksonException e) {
      throw new CliException(ExitCode.USAGE, "--compare: %s is not JSON".formatted(source), e);
    }
    if (!scenarios.isArray()) {
      throw new CliException(
          ExitCode.USAGE,
          "--compare: %s is not the output of verify with -o json".formatted(source));
    }
    Map<String, JsonNode> before = new LinkedHashMap<>();
    for (JsonNode scenario : scenarios) {
      before.put(scenario.path("name").asString(""), scenario);
    }
    return new Comparison(source, before);
  }

  /** One line each, human-readable: what newly fails, what is slower, what is new or gone. */
  public List<String> lines(List<ScenarioResult> results) {
    List<String> verdicts = new ArrayList<>();
    List<String> slower = new ArrayList<>();
    List<String> added = new ArrayList<>();
    Map<String, JsonNode> gone = new LinkedHashMap<>(before);
    for (ScenarioResult result : results) {
      JsonNode earlier = gone.remove(result.scenario());
      if (earlier == null) {
        added.add(result.scenario());
        continue;
      }
      String was = earlier.path("verdict").asString("unknown");
      String now = result.verdict().wire();
      if (!was.equals(now)) {
        verdicts.add(
            result.passed()
                ? "%s passes, was %s".formatted(result.scenario(), was)
                : "%s is %s now, was %s".formatted(result.scenario(), now, was));
      }
      slower.addAll(slower(result, earlier));
    }
    List<String> lines = new ArrayList<>(verdicts);
    lines.addAll(slower);
    if (!added.isEmpty()) {
      lines.add("new: " + String.join(", ", added));
    }
    if (!gone.isEmpty()) {
      lines.add("not run now: " + String.join(", ", gone.keySet()));
    }
    if (lines.isEmpty()) {
      lines.add("no scenario has another verdict or is slower");
    }
    return lines;
  }

  private static List<String> slower(ScenarioResult result, JsonNode earlier) {
    JsonNode now = JsonMapper.shared().valueToTree(result.toJson());
    return FIGURES.stream()
        .filter(figure -> now.path(figure.field()).isNumber())
        .filter(figure -> earlier.path(figure.field()).isNumber())
        .filter(figure ->
            figure.isMore(
                earlier.path(figure.field()).doubleValue(), now.path(figure.field()).doubleValue()))
        .map(figure ->
            String.format(
                Locale.ROOT,
                "%s is slower: %s %.1f %s, was %.1f %s",
                result.scenario(),
                figure.name(),
                now.path(figure.field()).doubleValue(),
                figure.unit(),
                earlier.path(figure.field()).doubleValue(),
                figure.unit()))
        .toList();
  }

  /** The heading of {@link #lines}. */
  String title() {
    return "Compared with " + source;
  }

  /** As a section of the report. */
  String section(List<ScenarioResult> results) {
    return lines(results).stream()
        .map(line -> "<li>%s</li>\n".formatted(Html.escaped(line)))
        .collect(
            Collectors.joining(
                "",
                "<section>\n<h2>%s</h2>\n<ul>\n".formatted(Html.escaped(title())),
                "</ul>\n</section>"));
  }
}
