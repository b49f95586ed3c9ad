package orderflow.cli.prove.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.cli.prove.check.Finding;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The result of one scenario.
 *
 * @param purpose of the scenario, human-readable
 * @param summary the totals in one line, or why there are none
 * @param sent how many orders were sent
 * @param findings what fails the scenario
 * @param missing required observations that were not made, human-readable
 * @param remarks further information, human-readable, for example every order with a problem
 * @param timeline empty for a scenario that was not run
 */
public record ScenarioResult(
    String scenario,
    String purpose,
    Verdict verdict,
    String summary,
    long sent,
    Totals totals,
    List<Finding> findings,
    List<String> missing,
    List<String> remarks,
    Timeline timeline,
    double seconds) {

  static ScenarioResult skipped(Scenario scenario, String reason) {
    return new ScenarioResult(
        scenario.name(),
        scenario.purpose(),
        Verdict.SKIP,
        reason,
        0,
        Totals.EMPTY,
        List.of(),
        List.of(),
        List.of(),
        Timeline.EMPTY,
        0);
  }

  /** Of a scenario that ended early. */
  static ScenarioResult notJudged(
      Scenario scenario, String reason, long sent, long accepted, Timeline timeline) {
    return new ScenarioResult(
        scenario.name(),
        scenario.purpose(),
        Verdict.INCONCLUSIVE,
        reason,
        sent,
        Totals.notJudged(accepted),
        List.of(),
        List.of(reason),
        List.of(),
        timeline,
        0);
  }

  /** Of a scenario that did not start. */
  static ScenarioResult notStarted(Scenario scenario, String reason) {
    return notJudged(scenario, "not played: " + reason, 0, 0, Timeline.EMPTY);
  }

  ScenarioResult withSeconds(double time) {
    return new ScenarioResult(
        scenario, purpose, verdict, summary, sent, totals, findings, missing, remarks, timeline,
        time);
  }

  public ScenarioResult withTimeline(Timeline other) {
    return new ScenarioResult(
        scenario, purpose, verdict, summary, sent, totals, findings, missing, remarks, other,
        seconds);
  }

  public ScenarioResult withRemark(String remark) {
    List<String> all = Stream.concat(remarks.stream(), Stream.of(remark)).toList();
    return new ScenarioResult(
        scenario, purpose, verdict, summary, sent, totals, findings, missing, all, timeline,
        seconds);
  }

  public boolean wasStarted() {
    return verdict != Verdict.SKIP && (totals.isJudged() || !timeline.samples().isEmpty());
  }

  public boolean passed() {
    return verdict == Verdict.PASS;
  }

  /**
   * The verdict on a run: FAIL when a scenario failed; PASS when one passed and all others passed
   * or were skipped.
   */
  public static Verdict overall(List<ScenarioResult> results) {
    List<Verdict> verdicts = results.stream().map(ScenarioResult::verdict).toList();
    if (verdicts.contains(Verdict.FAIL)) {
      return Verdict.FAIL;
    }
    return verdicts.contains(Verdict.PASS) && !verdicts.contains(Verdict.INCONCLUSIVE)
        ? Verdict.PASS
        : Verdict.INCONCLUSIVE;
  }

  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    boolean judged = totals.isJudged();
    json.put("name", scenario);
    json.put("verdict", verdict.wire());
    json.put("accepted", totals.accepted());
    json.put("reserved", judged ? totals.reserved() : null);
    json.put("failed", judged ? totals.failed() : null);
    json.put("dead_lettered", judged ? totals.deadLettered() : null);
    json.put("notified", judged ? totals.notified() : null);
    json.put("lost", judged ? totals.lost() : null);
    json.put("double_effects", judged ? totals.doubleEffects() : null);
    json.put("seconds", tenths(seconds));
    json.put("sent", sent);
    json.put("faults", timeline.marks().size());
    double recovery = timeline.recovery();
    json.put(
        "recovery_seconds", timeline.marks().isEmpty() || recovery < 0 ? null : tenths(recovery));
    json.put(
        "p99_ms",
        timeline.samples().isEmpty() ? null : tenths(timeline.samples().getLast().latencyMillis()));
    json.put("summary", summary);
    json.put(
        "remarks", Stream.concat(findings.stream().map(Finding::line), remarks.stream()).toList());
    json.put("missing", missing);
    json.put("findings", findings.stream().map(Finding::toJson).toList());
    return json;
  }

  private static double tenths(double number) {
    return Math.round(number * 10) / 10.0;
  }
}
