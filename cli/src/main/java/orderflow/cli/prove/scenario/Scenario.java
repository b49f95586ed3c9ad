package orderflow.cli.prove.scenario;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import orderflow.cli.client.ServiceName;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.cli.prove.schedule.FaultSchedule;

/**
 * Places orders at a steady rate while faults are injected and healed, and checks every order
 * afterwards.
 */
public final class Scenario {
  private final ScenarioSpec spec;
  private final String run;
  private final OrderIds ids;
  private final String item;

  /**
   * @param run makes the order ids unique
   */
  Scenario(ScenarioSpec spec, String run) {
    this.spec = spec;
    this.run = run;
    this.ids = ids(run, spec.name());
    this.item = ids.run() + "-item"; // no other client orders it, so that its stock must match
  }

  /** The ids of the orders of the scenario {@code name}. */
  static OrderIds ids(String run, String name) {
    return new OrderIds(run + "-" + name);
  }

  /** Its name on the command line and in reports. */
  public String name() {
    return spec.name();
  }

  /** Human-readable, in one line. */
  public String purpose() {
    return spec.purpose();
  }

  /** The required observations, human-readable. */
  public List<String> required() {
    return Requirements.of(spec);
  }

  /** Its faults as a schedule; empty when one of them cannot be in a schedule. */
  public Optional<FaultSchedule> schedule() {
    return spec.schedule();
  }

  /**
   * The same load with other faults, and with ids of its own.
   *
   * @param number of the run
   */
  public Scenario withSchedule(FaultSchedule schedule, int number) {
    return new Scenario(spec.withSchedule(schedule), run + "-" + number);
  }

  ScenarioSpec spec() {
    return spec;
  }

  /** Makes the ids of all its messages unique. */
  String run() {
    return run;
  }

  OrderIds ids() {
    return ids;
  }

  /** The item that only its orders are for. */
  String item() {
    return item;
  }

  /**
   * @param history gets all observations
   */
  ScenarioResult run(TestEnvironment environment, ScenarioListener listener, HistoryWriter history)
      throws InterruptedException {
    List<Step> leftOut =
        spec.steps().stream()
            .filter(step -> step.fault().isOptional())
            .filter(step -> step.fault().unsupported(environment).isPresent())
            .toList();
    if (!leftOut.isEmpty() && leftOut.size() < spec.steps().size()) {
      return without(leftOut)
          .run(environment, listener, history)
          .withRemark(
              leftOut.stream()
                  .map(step -> step.fault().description())
                  .collect(Collectors.joining(", ", "not supported here, left out: ", "")));
    }
    Optional<String> unsupported =
        stockUnsupported(environment)
            .or(() ->
                spec.steps().stream()
                    .flatMap(step -> step.fault().unsupported(environment).stream())
                    .findFirst());
    if (unsupported.isPresent()) {
      return ScenarioResult.skipped(this, unsupported.get());
    }
    spec.steps().forEach(step -> step.fault().useHistory(history));
    if (spec.stock() > 0) {
      environment.inventory().setAvailable(item, spec.stock());
    }
    for (Step step : spec.steps()) {
      step.fault().setUp(environment);
    }
    return Execution.of(this, environment, listener, history);
  }

  private Scenario without(List<Step> leftOut) {
    return new Scenario(
        spec.withSteps(spec.steps().stream().filter(step -> !leftOut.contains(step)).toList()),
        run);
  }

  private Optional<String> stockUnsupported(TestEnvironment environment) {
    return spec.stock() == 0 || environment.view(ServiceName.INVENTORY).lists()
        ? Optional.empty()
        : Optional.of("the inventory service has no /stock, so its stock cannot be set");
  }
}
