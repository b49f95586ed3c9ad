package orderflow.cli.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The judgement on one scenario.
 *
 * @param purpose what the scenario shows, for people, in a line
 * @param summary the arithmetic, for people
 * @param sent how many orders were sent
 * @param books the figures behind it
 * @param remarks what else people must know, such as every order that does not add up
 * @param timeline what could be watched meanwhile; empty for a short scenario
 */
public record Verdict(
    String scenario,
    String purpose,
    Outcome outcome,
    String summary,
    long sent,
    Books books,
    List<String> remarks,
    Timeline timeline,
    double seconds) {

  /** What a scenario came to. */
  public enum Outcome {
    PASS,
    FAIL,
    /** It could not be played here; the summary says why. */
    SKIP;

    static Outcome of(boolean passed) {
      return passed ? PASS : FAIL;
    }

    /** The word in JSON. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The figures of the business: each accepted order must be somewhere, once. */
  public record Books(
      long accepted,
      long reserved,
      long failed,
      long deadLettered,
      long notified,
      List<String> lost,
      List<String> doubleEffects) {
    public static final Books EMPTY = new Books(0, 0, 0, 0, 0, List.of(), List.of());
  }

  static Verdict skipped(Scenario scenario, String why) {
    return unplayed(scenario, Outcome.SKIP, why);
  }

  /** For one that could not be played to its end. */
  static Verdict brokenDown(Scenario scenario, String why) {
    return unplayed(scenario, Outcome.FAIL, "broke down: " + why);
  }

  private static Verdict unplayed(Scenario scenario, Outcome outcome, String why) {
    return new Verdict(
        scenario.name(),
        scenario.purpose(),
        outcome,
        why,
        0,
        Books.EMPTY,
        List.of(),
        Timeline.EMPTY,
        0);
  }

  Verdict lasting(double time) {
    return new Verdict(scenario, purpose, outcome, summary, sent, books, remarks, timeline, time);
  }

  public boolean passed() {
    return outcome == Outcome.PASS;
  }

  /** Whether a run with {@code verdicts} passed: none failed, and not all were skipped. */
  public static boolean allPassed(List<Verdict> verdicts) {
    return verdicts.stream().noneMatch(verdict -> verdict.outcome() == Outcome.FAIL)
        && verdicts.stream().anyMatch(Verdict::passed);
  }

  /** The contract for programs. */
  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", scenario);
    json.put("verdict", outcome.wire());
    json.put("accepted", books.accepted());
    json.put("reserved", books.reserved());
    json.put("failed", books.failed());
    json.put("dead_lettered", books.deadLettered());
    json.put("notified", books.notified());
    json.put("lost", books.lost());
    json.put("double_effects", books.doubleEffects());
    json.put("seconds", tenths(seconds));
    json.put("sent", sent);
    json.put("faults", timeline.marks().size());
    double recovery = timeline.recovery(timeline.usual());
    json.put(
        "recovery_seconds", timeline.marks().isEmpty() || recovery < 0 ? null : tenths(recovery));
    json.put("summary", summary);
    json.put("remarks", remarks);
    return json;
  }

  private static double tenths(double number) {
    return Math.round(number * 10) / 10.0;
  }
}
