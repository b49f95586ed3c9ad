package orderflow.cli.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.cli.view.Verdicts;

/**
 * The judgement on one scenario.
 *
 * @param summary the arithmetic, for people
 * @param books the figures behind it
 * @param remarks what else people must know, such as every order that does not add up
 */
public record Verdict(
    String scenario,
    boolean passed,
    String summary,
    Books books,
    List<String> remarks,
    double seconds) {

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

  Verdict lasting(double time) {
    return new Verdict(scenario, passed, summary, books, remarks, time);
  }

  /** The contract for programs. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", scenario);
    json.put("verdict", Verdicts.json(passed));
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
