package orderflow.cli.prove.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one scenario.
 *
 * @param purpose what the scenario shows, for people, in a line
 * @param summary the arithmetic, for people
 * @param sent how many orders were sent
 * @param totals the figures behind it
 * @param missing what had to be seen and was not, so that nothing is proved; for people
 * @param remarks what else people must know, such as every order that does not add up
 * @param timeline what could be watched meanwhile; empty for a short scenario
 */
public record ScenarioResult(
    String scenario,
    String purpose,
    Verdict verdict,
    String summary,
    long sent,
    Totals totals,
    List<String> missing,
    List<String> remarks,
    Timeline timeline,
    double seconds) {

  public static ScenarioResult skipped(Scenario scenario, String why) {
    return new ScenarioResult(
        scenario.name(),
        scenario.purpose(),
        Verdict.SKIP,
        why,
        0,
        Totals.EMPTY,
        List.of(),
        List.of(),
        Timeline.EMPTY,
        0);
  }

  /**
   * For one that did not come to its end.
   *
   * @param why for people, in a line
   */
  public static ScenarioResult notJudged(
      Scenario scenario, String why, long sent, long accepted, Timeline timeline) {
    return new ScenarioResult(
        scenario.name(),
        scenario.purpose(),
        Verdict.INCONCLUSIVE,
        why,
        sent,
        Totals.notJudged(accepted),
        List.of(why),
        List.of(),
        timeline,
        0);
  }

  /** For one that did not even begin. */
  public static ScenarioResult notStarted(Scenario scenario, String why) {
    return notJudged(scenario, "not played: " + why, 0, 0, Timeline.EMPTY);
  }

  public ScenarioResult lasting(double time) {
    return new ScenarioResult(
        scenario, purpose, verdict, summary, sent, totals, missing, remarks, timeline, time);
  }

  public ScenarioResult remarked(String remark) {
    List<String> all = Stream.concat(remarks.stream(), Stream.of(remark)).toList();
    return new ScenarioResult(
        scenario, purpose, verdict, summary, sent, totals, missing, all, timeline, seconds);
  }

  /** Whether it was begun at all. */
  public boolean wasStarted() {
    return verdict != Verdict.SKIP && (totals.isJudged() || !timeline.samples().isEmpty());
  }

  public boolean passed() {
    return verdict == Verdict.PASS;
  }

  /**
   * What a run with {@code verdicts} came to: it failed when one did; it passed when one did and
   * all others passed or were skipped.
   */
  public static Verdict overall(List<ScenarioResult> verdicts) {
    if (verdicts.stream().anyMatch(is(Verdict.FAIL))) {
      return Verdict.FAIL;
    }
    return verdicts.stream().anyMatch(is(Verdict.PASS))
            && verdicts.stream().noneMatch(is(Verdict.INCONCLUSIVE))
        ? Verdict.PASS
        : Verdict.INCONCLUSIVE;
  }

  private static Predicate<ScenarioResult> is(Verdict outcome) {
    return verdict -> verdict.verdict() == outcome;
  }

  /** The contract for programs. */
  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", scenario);
    json.put("verdict", verdict.wire());
    json.put("accepted", totals.accepted());
    json.put("reserved", judged(totals.reserved()));
    json.put("failed", judged(totals.failed()));
    json.put("dead_lettered", judged(totals.deadLettered()));
    json.put("notified", judged(totals.notified()));
    json.put("lost", totals.isJudged() ? totals.lost() : null);
    json.put("double_effects", totals.isJudged() ? totals.doubleEffects() : null);
    json.put("seconds", tenths(seconds));
    json.put("sent", sent);
    json.put("faults", timeline.marks().size());
    double recovery = timeline.recovery(timeline.usual());
    json.put(
        "recovery_seconds", timeline.marks().isEmpty() || recovery < 0 ? null : tenths(recovery));
    json.put("summary", summary);
    json.put("remarks", remarks);
    json.put("missing", missing);
    return json;
  }

  private @Nullable Long judged(long figure) {
    return totals.isJudged() ? figure : null;
  }

  private static double tenths(double number) {
    return Math.round(number * 10) / 10.0;
  }
}
