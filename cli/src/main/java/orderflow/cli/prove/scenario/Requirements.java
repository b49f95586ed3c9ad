package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.view.Text;

/** The observations without which the verdict of a scenario proves nothing. Pure. */
final class Requirements {
  /** The least share of the orders that were due while the order service could accept them. */
  private static final double ACCEPTED_SHARE = 0.9;

  private Requirements() {}

  /** A fault and its records. */
  record RecordedFault(Fault fault, FaultWindow window) {}

  /** All requirements, human-readable. */
  static List<String> of(ScenarioSpec spec) {
    List<String> all = new ArrayList<>();
    all.add(
        "orders: %.0f %% of those due are accepted%s"
            .formatted(
                ACCEPTED_SHARE * 100,
                spec.steps().stream().anyMatch(step -> step.fault().stopsIntake())
                    ? ", but for the time in which the order service cannot"
                    : ""));
    if (spec.stock() > 0) {
      all.add("stock: more orders are accepted than the %d in stock".formatted(spec.stock()));
    }
    if (spec.leastBacklog() > 0) {
      all.add("backlog: at least %d messages wait at a time".formatted(spec.leastBacklog()));
    }
    spec.steps().forEach(step -> all.add(step.fault().requiredEffect()));
    return all;
  }

  /**
   * The requirements that were not met, human-readable.
   *
   * @param seconds for how long orders were due
   * @param problem why an order was not accepted; may be empty
   */
  static List<String> missing(
      ScenarioSpec spec,
      List<RecordedFault> faults,
      double seconds,
      long sent,
      long accepted,
      String problem,
      Timeline timeline) {
    List<String> missing = new ArrayList<>();
    long due = due(spec, faults, seconds);
    if (accepted < due * ACCEPTED_SHARE || accepted == 0) {
      missing.add(
          "only %s of %s orders that were due were accepted (%s sent%s)"
              .formatted(
                  Text.grouped(accepted),
                  Text.grouped(due),
                  Text.grouped(sent),
                  problem.isEmpty() ? "" : "; " + problem));
    }
    if (spec.stock() > 0 && accepted <= spec.stock()) {
      missing.add(
          "only %s orders were accepted, with %s in stock: none had to fail"
              .formatted(Text.grouped(accepted), Text.grouped(spec.stock())));
    }
    if (timeline.peak() < spec.leastBacklog()) {
      missing.add(
          "the backlog grew to %s messages, not to %s"
              .formatted(
                  Text.grouped(Math.max(0, timeline.peak())), Text.grouped(spec.leastBacklog())));
    }
    faults.forEach(fault -> fault.fault().missingEffect(fault.window()).ifPresent(missing::add));
    return missing;
  }

  /** How many orders were due while no fault kept the order service from accepting them. */
  private static long due(ScenarioSpec spec, List<RecordedFault> faults, double seconds) {
    double stopped =
        faults.stream()
            .filter(fault -> fault.fault().stopsIntake())
            .map(RecordedFault::window)
            .mapToDouble(
                window -> Math.min(seconds, window.until()) - Math.min(seconds, window.from()))
            .sum();
    return (long) (Math.max(0, seconds - stopped) * spec.rate().perSecond());
  }
}
