package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.List;

/** The observations without which the verdict of a scenario proves nothing. Pure. */
final class Requirements {
  private Requirements() {}

  /** All requirements, human-readable. */
  static List<String> of(ScenarioSpec spec) {
    List<String> all = new ArrayList<>();
    all.add(
        "orders: %.0f %% of those due are accepted%s"
            .formatted(
                spec.bounds().acceptedShare() * 100,
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
}
