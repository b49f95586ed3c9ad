package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import orderflow.cli.load.OrderIds;
import orderflow.cli.load.Rate;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.scenario.Fault.CheckResult;
import orderflow.cli.view.Text;

/**
 * Orders keep coming, open-loop, while things go wrong on purpose and are mended again; then every
 * order is judged.
 */
public final class Scenario {
  private final ScenarioSpec spec;
  private final OrderIds ids;
  private final String item;

  /**
   * What is to happen.
   *
   * @param purpose for people, in a line
   * @param length how long orders keep coming
   * @param stock how many of the item there are; 0 for unlimited
   * @param leastBacklog how many messages must wait at a time, else nothing was shown
   */
  record ScenarioSpec(
      String name,
      String purpose,
      Rate rate,
      Duration length,
      long stock,
      long leastBacklog,
      List<Step> steps) {
    ScenarioSpec {
      steps = List.copyOf(steps);
    }

    ScenarioSpec(
        String name, String purpose, Rate rate, Duration length, long stock, List<Step> acts) {
      this(name, purpose, rate, length, stock, 0, acts);
    }
  }

  /** One disturbance, and when it begins and ends after the start. */
  record Step(Duration from, Duration until, Fault fault) {}

  /**
   * @param run makes the order ids unique
   */
  Scenario(ScenarioSpec script, String run) {
    this.spec = script;
    this.ids = ids(run, script.name());
    this.item = ids.run() + "-item"; // nobody else's, so that its stock must match
  }

  /** The ids of the orders of the scenario {@code name}. */
  static OrderIds ids(String run, String name) {
    return new OrderIds(run + "-" + name);
  }

  /** Its name on the command line and in reports. */
  public String name() {
    return spec.name();
  }

  /** What it shows, for people, in a line. */
  public String purpose() {
    return spec.purpose();
  }

  /** What must be seen for its verdict to mean anything, for people. */
  public List<String> required() {
    return new Requirements(spec).stated();
  }

  ScenarioSpec spec() {
    return spec;
  }

  OrderIds ids() {
    return ids;
  }

  /** What its orders are for, and no other's. */
  String item() {
    return item;
  }

  /**
   * Plays it.
   *
   * @param observer is told what happens, as it happens
   */
  ScenarioResult run(TestEnvironment stage, ScenarioListener observer) throws InterruptedException {
    Optional<String> unable =
        spec.steps().stream().flatMap(act -> act.fault().unsupported(stage).stream()).findFirst();
    if (unable.isPresent()) {
      return ScenarioResult.skipped(this, unable.get());
    }
    if (spec.stock() > 0) {
      stage.inventory().setAvailable(item, spec.stock());
    }
    for (Step act : spec.steps()) {
      act.fault().setUp(stage);
    }
    return Execution.of(this, stage, observer);
  }

  /**
   * What else was found, beside the orders.
   *
   * @param left how many messages are left in the services' queues; negative when it is not known
   */
  List<CheckResult> findings(TestEnvironment stage, Checker audit, long left)
      throws InterruptedException {
    List<CheckResult> findings = new ArrayList<>(stock(stage, audit.books()));
    for (Step act : spec.steps()) {
      findings.addAll(act.fault().results(stage));
      if (act.fault().refusesOrders() && !audit.hasDoubts()) {
        findings.add(CheckResult.notSeen(act.fault().description() + ": no order was refused"));
      }
      if (!act.fault().lossWindows().isEmpty() && audit.excusedCount() == 0) {
        findings.add(
            CheckResult.notSeen(
                act.fault().description() + ": every user was notified all the same"));
      }
    }
    if (left != 0) {
      findings.add(
          left < 0
              ? CheckResult.notSeen("the broker did not tell whether the queues are empty")
              : CheckResult.wrong(
                  Text.grouped(left) + " messages still wait in the services' queues"));
    }
    return findings;
  }

  /** What is wrong with the stock: orders fail only for want of it. */
  private List<CheckResult> stock(TestEnvironment stage, Totals books) throws InterruptedException {
    if (spec.stock() == 0) {
      return books.failed() == 0
          ? List.of()
          : List.of(
              CheckResult.wrong(
                  "stock: there is no end of %s, and %s orders failed all the same"
                      .formatted(item, Text.grouped(books.failed()))));
    }
    var stock = stage.inventory().stock(item);
    List<CheckResult> wrong = new ArrayList<>();
    if (stock.available() < 0 || stock.available() + stock.reserved() != spec.stock()) {
      wrong.add(
          CheckResult.wrong(
              "stock: had %d, has %d, reserved %d"
                  .formatted(spec.stock(), stock.available(), stock.reserved())));
    }
    if (books.accepted() > spec.stock() && (books.failed() == 0 || stock.available() > 0)) {
      wrong.add(
          CheckResult.wrong(
              "stock: %d left, though %d orders failed"
                  .formatted(stock.available(), books.failed())));
    }
    return wrong;
  }

  /**
   * The verdict. A wrong order fails it, whatever else was seen or not.
   *
   * @param missing what had to be seen and was not
   * @param late why orders may be late instead of lost; then only a double effect is a failure
   */
  ScenarioResult verdict(
      Checker audit,
      List<CheckResult> findings,
      List<String> missing,
      Optional<String> late,
      Timeline timeline,
      long sent) {
    Totals books = audit.books();
    List<String> unseen = new ArrayList<>(missing);
    findings.stream()
        .filter(finding -> finding.kind() == CheckResult.Status.NOT_SEEN)
        .forEach(finding -> unseen.add(finding.text()));
    late.ifPresent(unseen::addFirst);
    long wrong = findings.stream().filter(f -> f.kind() == CheckResult.Status.WRONG).count();
    boolean failed =
        late.isPresent() ? !books.doubleEffects().isEmpty() : !audit.addsUp() || wrong > 0;
    List<String> remarks = new ArrayList<>(audit.remarks());
    findings.stream()
        .filter(finding -> finding.kind() != CheckResult.Status.NOT_SEEN)
        .forEach(finding -> remarks.add(finding.text()));
    return new ScenarioResult(
        name(),
        purpose(),
        failed ? Verdict.FAIL : unseen.isEmpty() ? Verdict.PASS : Verdict.INCONCLUSIVE,
        summary(books, audit.unexplainedCount() + wrong),
        sent,
        books,
        unseen,
        remarks,
        timeline,
        0);
  }

  private static String summary(Totals books, long unexplained) {
    return String.format(
        Locale.ROOT,
        "%s accepted = %s reserved + %s failed + %s dead, %s notified; lost %s, double effects %s,"
            + " unexplained %s",
        Text.grouped(books.accepted()),
        Text.grouped(books.reserved()),
        Text.grouped(books.failed()),
        Text.grouped(books.deadLettered()),
        Text.grouped(books.notified()),
        Text.grouped(books.lost().size()),
        Text.grouped(books.doubleEffects().size()),
        Text.grouped(unexplained));
  }
}
