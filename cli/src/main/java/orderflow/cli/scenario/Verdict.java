package orderflow.cli.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The judgement on one scenario.
 *
 * @param summary the arithmetic, for people
 * @param books the figures behind it
 * @param remarks what else people must know, such as every order that does not add up
 * @param timeline what could be watched meanwhile; empty for a short scenario
 */
public record Verdict(
    String scenario,
    Outcome outcome,
    String summary,
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

  static Verdict skipped(String scenario, String why) {
    return new Verdict(scenario, Outcome.SKIP, why, Books.EMPTY, List.of(), Timeline.EMPTY, 0);
  }

  /** For a scenario that nothing was watched in. */
  static Verdict of(
      String scenario, boolean passed, String summary, Books books, List<String> remarks) {
    return new Verdict(
        scenario, passed ? Outcome.PASS : Outcome.FAIL, summary, books, remarks, Timeline.EMPTY, 0);
  }

  Verdict lasting(double time) {
    return new Verdict(scenario, outcome, summary, books, remarks, timeline, time);
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
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", scenario);
    json.put("verdict", outcome.wire());
    json.put("accepted", books.accepted());
    json.put("reserved", books.reserved());
    json.put("failed", books.failed());
    json.put("dead_lettered", books.deadLettered());
    json.put("notified", books.notified());
    json.put("lost", books.lost());
    json.put("double_effects", books.doubleEffects());
    json.put("seconds", Math.round(seconds * 10) / 10.0);
    return json;
  }
}
