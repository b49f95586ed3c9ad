package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import orderflow.cli.load.OrderIds;
import orderflow.cli.load.Rate;
import orderflow.cli.scenario.Disturbance.Finding;
import orderflow.cli.scenario.Verdict.Books;
import orderflow.cli.scenario.Verdict.Outcome;
import orderflow.cli.view.Text;

/**
 * Orders keep coming, open-loop, while things go wrong on purpose and are mended again; then every
 * order is judged.
 */
public final class Scenario {
  private final Script script;
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
  record Script(
      String name,
      String purpose,
      Rate rate,
      Duration length,
      long stock,
      long leastBacklog,
      List<Act> acts) {
    Script {
      acts = List.copyOf(acts);
    }

    Script(String name, String purpose, Rate rate, Duration length, long stock, List<Act> acts) {
      this(name, purpose, rate, length, stock, 0, acts);
    }
  }

  /** One disturbance, and when it begins and ends after the start. */
  record Act(Duration from, Duration until, Disturbance disturbance) {}

  /**
   * @param run makes the order ids unique
   */
  Scenario(Script script, String run) {
    this.script = script;
    this.ids = ids(run, script.name());
    this.item = ids.run() + "-item"; // nobody else's, so that its stock must match
  }

  /** The ids of the orders of the scenario {@code name}. */
  static OrderIds ids(String run, String name) {
    return new OrderIds(run + "-" + name);
  }

  /** Its name on the command line and in reports. */
  public String name() {
    return script.name();
  }

  /** What it shows, for people, in a line. */
  public String purpose() {
    return script.purpose();
  }

  /** What must be seen for its verdict to mean anything, for people. */
  public List<String> required() {
    return new Requirements(script).stated();
  }

  Script script() {
    return script;
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
  Verdict play(Stage stage, Observer observer) throws InterruptedException {
    Optional<String> unable =
        script.acts().stream().flatMap(act -> act.disturbance().unable(stage).stream()).findFirst();
    if (unable.isPresent()) {
      return Verdict.skipped(this, unable.get());
    }
    if (script.stock() > 0) {
      stage.inventory().setAvailable(item, script.stock());
    }
    for (Act act : script.acts()) {
      act.disturbance().prepare(stage);
    }
    return Execution.of(this, stage, observer);
  }

  /**
   * What else was found, beside the orders.
   *
   * @param left how many messages are left in the services' queues; negative when it is not known
   */
  List<Finding> findings(Stage stage, Audit audit, long left) throws InterruptedException {
    List<Finding> findings = new ArrayList<>(stock(stage, audit.books()));
    for (Act act : script.acts()) {
      findings.addAll(act.disturbance().findings(stage));
      if (act.disturbance().refusesOrders() && !audit.hasDoubts()) {
        findings.add(Finding.notSeen(act.disturbance().what() + ": no order was refused"));
      }
      if (!act.disturbance().gaps().isEmpty() && audit.notPromisedCount() == 0) {
        findings.add(
            Finding.notSeen(act.disturbance().what() + ": every user was notified all the same"));
      }
    }
    if (left != 0) {
      findings.add(
          left < 0
              ? Finding.notSeen("the broker did not tell whether the queues are empty")
              : Finding.wrong(Text.grouped(left) + " messages still wait in the services' queues"));
    }
    return findings;
  }

  /** What is wrong with the stock: orders fail only for want of it. */
  private List<Finding> stock(Stage stage, Books books) throws InterruptedException {
    if (script.stock() == 0) {
      return books.failed() == 0
          ? List.of()
          : List.of(
              Finding.wrong(
                  "stock: there is no end of %s, and %s orders failed all the same"
                      .formatted(item, Text.grouped(books.failed()))));
    }
    var stock = stage.inventory().stock(item);
    List<Finding> wrong = new ArrayList<>();
    if (stock.available() < 0 || stock.available() + stock.reserved() != script.stock()) {
      wrong.add(
          Finding.wrong(
              "stock: had %d, has %d, reserved %d"
                  .formatted(script.stock(), stock.available(), stock.reserved())));
    }
    if (books.accepted() > script.stock() && (books.failed() == 0 || stock.available() > 0)) {
      wrong.add(
          Finding.wrong(
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
  Verdict verdict(
      Audit audit,
      List<Finding> findings,
      List<String> missing,
      Optional<String> late,
      Timeline timeline,
      long sent) {
    Books books = audit.books();
    List<String> unseen = new ArrayList<>(missing);
    findings.stream()
        .filter(finding -> finding.kind() == Finding.Kind.NOT_SEEN)
        .forEach(finding -> unseen.add(finding.text()));
    late.ifPresent(unseen::addFirst);
    long wrong = findings.stream().filter(f -> f.kind() == Finding.Kind.WRONG).count();
    boolean failed =
        late.isPresent() ? !books.doubleEffects().isEmpty() : !audit.addsUp() || wrong > 0;
    List<String> remarks = new ArrayList<>(audit.remarks());
    findings.stream()
        .filter(finding -> finding.kind() != Finding.Kind.NOT_SEEN)
        .forEach(finding -> remarks.add(finding.text()));
    return new Verdict(
        name(),
        purpose(),
        failed ? Outcome.FAIL : unseen.isEmpty() ? Outcome.PASS : Outcome.INCONCLUSIVE,
        summary(books, audit.unexplainedCount() + wrong),
        sent,
        books,
        unseen,
        remarks,
        timeline,
        0);
  }

  private static String summary(Books books, long unexplained) {
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
