package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.prove.scenario.Scenario.ScenarioSpec;
import orderflow.cli.view.Text;

/** What a scenario must have seen for its verdict to mean anything. Pure. */
final class Requirements {
  /** The least share of the orders that were due while nothing kept the order service from them. */
  private static final double ACCEPTED_SHARE = 0.9;

  private final ScenarioSpec script;

  Requirements(ScenarioSpec script) {
    this.script = script;
  }

  /** All of it, for people. */
  List<String> stated() {
    List<String> stated = new ArrayList<>();
    stated.add(
        "orders: %.0f %% of those due are accepted%s"
            .formatted(
                ACCEPTED_SHARE * 100,
                script.steps().stream().anyMatch(act -> act.fault().stopsIntake())
                    ? ", but for the time in which the order service cannot"
                    : ""));
    if (script.stock() > 0) {
      stated.add("stock: more orders are accepted than the %d in stock".formatted(script.stock()));
    }
    if (script.leastBacklog() > 0) {
      stated.add("backlog: at least %d messages wait at a time".formatted(script.leastBacklog()));
    }
    script.steps().forEach(act -> stated.add(act.fault().requiredEffect()));
    return stated;
  }

  /**
   * What was not seen, for people.
   *
   * @param seconds for how long orders were due
   * @param sent how many orders were sent
   * @param problem why an order was not accepted; empty when there is no reason
   */
  List<String> missing(
      List<FaultSeen> faults,
      double seconds,
      long sent,
      long accepted,
      String problem,
      Timeline timeline) {
    List<String> missing = new ArrayList<>();
    long due = due(faults, seconds);
    if (accepted < due * ACCEPTED_SHARE || accepted == 0) {
      missing.add(
          "only %s of %s orders that were due were accepted (%s sent%s)"
              .formatted(
                  Text.grouped(accepted),
                  Text.grouped(due),
                  Text.grouped(sent),
                  problem.isEmpty() ? "" : "; " + problem));
    }
    if (script.stock() > 0 && accepted <= script.stock()) {
      missing.add(
          "only %s orders were accepted, with %s in stock: none had to fail"
              .formatted(Text.grouped(accepted), Text.grouped(script.stock())));
    }
    if (timeline.peak() < script.leastBacklog()) {
      missing.add(
          "the backlog grew to %s messages, not to %s"
              .formatted(
                  Text.grouped(Math.max(0, timeline.peak())), Text.grouped(script.leastBacklog())));
    }
    faults.forEach(
        fault -> fault.disturbance().missingEffect(fault.window()).ifPresent(missing::add));
    return missing;
  }

  /** A fault and what could be seen of it. */
  record FaultSeen(Fault disturbance, FaultWindow window) {}

  /** How many orders were due while nothing kept the order service from accepting them. */
  private long due(List<FaultSeen> faults, double seconds) {
    double refused =
        faults.stream()
            .filter(fault -> fault.disturbance().stopsIntake())
            .mapToDouble(fault ->
                Math.min(seconds, fault.window().until())
                    - Math.min(seconds, fault.window().from()))
            .sum();
    return (long) (Math.max(0, seconds - refused) * script.rate().perSecond());
  }
}
