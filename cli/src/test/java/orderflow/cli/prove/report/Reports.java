package orderflow.cli.prove.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import orderflow.cli.load.Latency;
import orderflow.cli.prove.check.Finding;
import orderflow.cli.prove.check.Rule;
import orderflow.cli.prove.check.Station;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.scenario.Timeline.Mark;
import orderflow.cli.prove.scenario.Timeline.Sample;

/** Results for report tests. */
final class Reports {
  private static final double STEP = 0.25;
  private static final int PER_SECOND = 100;

  private Reports() {}

  /**
   * Orders for {@code seconds}, with inventory stopped between a fifth and a half of that, and a
   * backlog that drains three times as fast.
   */
  static Timeline outage(int seconds, String fault) {
    double from = seconds / 5.0;
    double until = seconds / 2.0;
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i * STEP <= seconds; i++) {
      double at = i * STEP;
      long accepted = Math.round(at * PER_SECOND);
      double away = Math.clamp(at, from, until) - from;
      double back = Math.max(0, at - until);
      long undecided = Math.round(Math.max(0, away - 2 * back) * PER_SECOND);
      boolean brokerSilent = i == 3;
      samples.add(
          new Sample(
              at,
              accepted,
              accepted - undecided,
              brokerSilent ? -1 : undecided,
              brokerSilent ? -1 : 0,
              brokerSilent ? -1 : 0,
              brokerSilent ? -1 : 0,
              12,
              i == 0 ? Latency.NONE : new Latency(3 + i % 4, 12 + i % 7, 30 + i % 9)));
    }
    return new Timeline(samples, List.of(new Mark(from, until, fault)));
  }

  static ScenarioResult passed(String name, Timeline timeline) {
    var books = new Totals(2_000, 1_990, 10, 0, 1_990, List.of(), List.of());
    return new ScenarioResult(
        name,
        "to see",
        Verdict.PASS,
        "adds up",
        2_000,
        books,
        List.of(),
        List.of(),
        List.of(),
        timeline,
        21.3);
  }

  static ScenarioResult failed(String name, List<String> lost) {
    var books =
        new Totals(2_000, 2_000 - lost.size(), 0, 0, 2_000 - lost.size(), lost, List.of("twice-1"));
    return new ScenarioResult(
        name,
        "to see",
        Verdict.FAIL,
        "does not add up",
        2_000,
        books,
        lost.stream()
            .map(id -> new Finding(Rule.LOST, id, Station.STORED, "order killed", "no decision"))
            .toList(),
        List.of(),
        List.of(),
        outage(10, "order killed"),
        3.1);
  }

  static ScenarioResult skipped(String name, String why) {
    return new ScenarioResult(
        name,
        "to see",
        Verdict.SKIP,
        why,
        0,
        Totals.EMPTY,
        List.of(),
        List.of(),
        List.of(),
        Timeline.EMPTY,
        0);
  }

  static RunConditions conditions(String... arguments) {
    return RunConditions.of(
        "RabbitMQ 3.10.8",
        "private node",
        4711,
        List.of(arguments),
        Instant.parse("2026-11-25T10:00:00.123Z"));
  }
}
