package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.Fault.AssertionResult;
import orderflow.cli.prove.scenario.Fault.AssertionResult.Status;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.cli.view.Text;

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

  private Optional<String> stockUnsupported(TestEnvironment environment) {
    return spec.stock() == 0 || environment.view(ServiceName.INVENTORY).lists()
        ? Optional.empty()
        : Optional.of("the inventory service has no /stock, so its stock cannot be set");
  }

  /**
   * Checks beside those of the orders.
   *
   * @param left messages in the services' queues; negative when unknown
   */
  List<AssertionResult> results(TestEnvironment environment, Checker checker, long left)
      throws InterruptedException {
    List<AssertionResult> results = new ArrayList<>(stock(environment, checker.totals()));
    for (Step step : spec.steps()) {
      Fault fault = step.fault();
      results.addAll(fault.results(environment));
      if (fault.refusesOrders() && !checker.hasDoubts()) {
        results.add(AssertionResult.notSeen(fault.description() + ": no order was refused"));
      }
      if (!fault.lossWindows().isEmpty() && checker.excusedCount() == 0) {
        results.add(
            AssertionResult.notSeen(
                fault.description() + ": every user was notified all the same"));
      }
    }
    if (left != 0) {
      results.add(
          left < 0
              ? AssertionResult.notSeen("the broker did not report whether the queues are empty")
              : AssertionResult.wrong(
                  Text.grouped(left) + " messages still wait in the services' queues"));
    }
    return results;
  }

  /** An order may fail only when the stock is used up. */
  private List<AssertionResult> stock(TestEnvironment environment, Totals totals)
      throws InterruptedException {
    List<AssertionResult> wrong = new ArrayList<>();
    if (spec.stock() == 0) {
      if (totals.failed() > 0) {
        wrong.add(
            AssertionResult.wrong(
                "stock: %s is unlimited, and %s orders failed all the same"
                    .formatted(item, Text.grouped(totals.failed()))));
      }
      return wrong;
    }
    var stock = environment.inventory().stock(item);
    if (stock.available() < 0 || stock.available() + stock.reserved() != spec.stock()) {
      wrong.add(
          AssertionResult.wrong(
              "stock: had %d, has %d, reserved %d"
                  .formatted(spec.stock(), stock.available(), stock.reserved())));
    }
    if (totals.accepted() > spec.stock() && (totals.failed() == 0 || stock.available() > 0)) {
      wrong.add(
          AssertionResult.wrong(
              "stock: %d left, though %d orders failed"
                  .formatted(stock.available(), totals.failed())));
    }
    return wrong;
  }

  /**
   * A wrong order fails the scenario, regardless of other observations.
   *
   * @param missing requirements that were not met
   * @param late why orders may be late instead of lost; then only a double effect is a failure
   */
  ScenarioResult result(
      Checker checker,
      List<AssertionResult> results,
      List<String> missing,
      Optional<String> late,
      Timeline timeline,
      long sent) {
    List<String> notSeen = new ArrayList<>();
    late.ifPresent(notSeen::add);
    notSeen.addAll(missing);
    List<String> remarks = new ArrayList<>(checker.remarks());
    for (AssertionResult result : results) {
      (result.status() == Status.NOT_SEEN ? notSeen : remarks).add(result.text());
    }
    Totals totals = checker.totals();
    long wrong = results.stream().filter(result -> result.status() == Status.WRONG).count();
    boolean failed =
        late.isPresent() ? !totals.doubleEffects().isEmpty() : !checker.addsUp() || wrong > 0;
    return new ScenarioResult(
        name(),
        purpose(),
        failed ? Verdict.FAIL : notSeen.isEmpty() ? Verdict.PASS : Verdict.INCONCLUSIVE,
        summary(totals, checker.unexplainedCount() + wrong),
        sent,
        totals,
        notSeen,
        remarks,
        timeline,
        0);
  }

  private static String summary(Totals totals, long unexplained) {
    return String.format(
        Locale.ROOT,
        "%s accepted = %s reserved + %s failed + %s dead, %s notified; lost %s, double effects %s,"
            + " unexplained %s",
        Text.grouped(totals.accepted()),
        Text.grouped(totals.reserved()),
        Text.grouped(totals.failed()),
        Text.grouped(totals.deadLettered()),
        Text.grouped(totals.notified()),
        Text.grouped(totals.lost().size()),
        Text.grouped(totals.doubleEffects().size()),
        Text.grouped(unexplained));
  }
}
