package orderflow.cli.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on one scenario.
 *
 * @param purpose what the scenario shows, for people, in a line
 * @param summary the arithmetic, for people
 * @param sent how many orders were sent
 * @param books the figures behind it
 * @param missing what had to be seen and was not, so that nothing is proved; for people
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
    List<String> missing,
    List<String> remarks,
    Timeline timeline,
    double seconds) {

  /** What a scenario came to. */
  public enum Outcome {
    PASS,
    FAIL,
    /** Nothing is proved: too little was seen, or it did not come to its end. */
    INCONCLUSIVE,
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

  /**
   * The figures of the business: each accepted order must be somewhere, once. Those of a scenario
   * that was not judged are -1, except for the accepted orders.
   */
  public record Books(
      long accepted,
      long reserved,
      long failed,
      long deadLettered,
      long notified,
      List<String> lost,
      List<String> doubleEffects) {
    public static final Books EMPTY = new Books(0, 0, 0, 0, 0, List.of(), List.of());

    /** Of orders that nobody looked for. */
    public static Books notJudged(long accepted) {
      return new Books(accepted, -1, -1, -1, -1, List.of(), List.of());
    }

    public boolean isJudged() {
      return reserved >= 0;
    }
  }

  static Verdict skipped(Scenario scenario, String why) {
    return new Verdict(
        scenario.name(),
        scenario.purpose(),
        Outcome.SKIP,
        why,
        0,
        Books.EMPTY,
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
  static Verdict notJudged(
      Scenario scenario, String why, long sent, long accepted, Timeline timeline) {
    return new Verdict(
        scenario.name(),
        scenario.purpose(),
        Outcome.INCONCLUSIVE,
        why,
        sent,
        Books.notJudged(accepted),
        List.of(why),
        List.of(),
        timeline,
        0);
  }

  /** For one that did not even begin. */
  static Verdict notPlayed(Scenario scenario, String why) {
    return notJudged(scenario, "not played: " + why, 0, 0, Timeline.EMPTY);
  }

  Verdict lasting(double time) {
    return new Verdict(
        scenario, purpose, outcome, summary, sent, books, missing, remarks, timeline, time);
  }

  Verdict remarked(String remark) {
    List<String> all = Stream.concat(remarks.stream(), Stream.of(remark)).toList();
    return new Verdict(
        scenario, purpose, outcome, summary, sent, books, missing, all, timeline, seconds);
  }

  /** Whether it was begun at all. */
  public boolean wasPlayed() {
    return outcome != Outcome.SKIP && (books.isJudged() || !timeline.samples().isEmpty());
  }

  public boolean passed() {
    return outcome == Outcome.PASS;
  }

  /**
   * What a run with {@code verdicts} came to: it failed when one did; it passed when one did and
   * all others passed or were skipped.
   */
  public static Outcome overall(List<Verdict> verdicts) {
    if (verdicts.stream().anyMatch(is(Outcome.FAIL))) {
      return Outcome.FAIL;
    }
    return verdicts.stream().anyMatch(is(Outcome.PASS))
            && verdicts.stream().noneMatch(is(Outcome.INCONCLUSIVE))
        ? Outcome.PASS
        : Outcome.INCONCLUSIVE;
  }

  private static Predicate<Verdict> is(Outcome outcome) {
    return verdict -> verdict.outcome() == outcome;
  }

  /** The contract for programs. */
  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", scenario);
    json.put("verdict", outcome.wire());
    json.put("accepted", books.accepted());
    json.put("reserved", judged(books.reserved()));
    json.put("failed", judged(books.failed()));
    json.put("dead_lettered", judged(books.deadLettered()));
    json.put("notified", judged(books.notified()));
    json.put("lost", books.isJudged() ? books.lost() : null);
    json.put("double_effects", books.isJudged() ? books.doubleEffects() : null);
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
    return books.isJudged() ? figure : null;
  }

  private static double tenths(double number) {
    return Math.round(number * 10) / 10.0;
  }
}
