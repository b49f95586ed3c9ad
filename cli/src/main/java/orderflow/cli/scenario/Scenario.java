package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.load.OrderIds;
import orderflow.cli.load.Rate;
import orderflow.cli.scenario.Disturbance.Finding;
import orderflow.cli.scenario.Verdict.Books;
import orderflow.cli.view.Text;

/**
 * Orders keep coming, open-loop, while things go wrong on purpose and are mended again; then every
 * order is judged.
 */
public final class Scenario {
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(90);
  private static final Duration FELT_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Script script;
  private final OrderIds ids;
  private final String item;

  /**
   * What is to happen.
   *
   * @param purpose for people, in a line
   * @param length how long orders keep coming
   * @param stock how many of the item there are; 0 for unlimited
   */
  record Script(
      String name, String purpose, Rate rate, Duration length, long stock, List<Act> acts) {
    Script {
      acts = List.copyOf(acts);
    }
  }

  /** One disturbance, and when it begins and ends after the start. */
  record Act(Duration from, Duration until, Disturbance disturbance) {}

  /**
   * @param run makes the order ids unique
   */
  Scenario(Script script, String run) {
    this.script = script;
    this.ids = new OrderIds(run + "-" + script.name());
    this.item = ids.run() + "-item"; // nobody else's, so that its stock must match
  }

  /** Its name on the command line and in reports. */
  public String name() {
    return script.name();
  }

  /** What it shows, for people, in a line. */
  public String purpose() {
    return script.purpose();
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
    var ledger = new Ledger(ids);
    try (Witness witness = Witness.of(stage.broker(), ids);
        var orders = new SteadyOrders(stage.orders(), ids, item, script.rate(), ledger);
        var recorder = new Recorder(stage.broker(), ledger, orders.tally(), witness, observer)) {
      observer.phase("orders keep coming, " + script.rate() + " a second");
      orders.start();
      follow(stage, ledger, recorder, observer);
      orders.finish();
      observer.phase("no more orders; waiting until all have settled");
      var checker = new Checker(stage, item, ledger);
      checker.awaitSettled(SETTLE_LIMIT);
      long left = awaitEmpty(recorder);
      observer.phase("checking every order");
      Audit audit = checker.check(witness);
      return verdict(stage, audit, left, recorder.timeline(), orders.tally().sentCount());
    }
  }

  private record Event(Duration at, boolean begins, Act act) {}

  private void follow(Stage stage, Ledger ledger, Recorder recorder, Observer observer)
      throws InterruptedException {
    List<Event> events =
        script.acts().stream()
            .flatMap(act ->
                Stream.of(new Event(act.from(), true, act), new Event(act.until(), false, act)))
            .sorted(Comparator.comparing(Event::at))
            .toList();
    var begun = new ArrayList<Act>();
    try {
      for (Event event : events) {
        awaitTime(recorder, event.at());
        String what = event.act().disturbance().what();
        if (event.begins()) {
          observer.faultBegins(what);
          recorder.begins(what);
          begun.add(event.act());
          event.act().disturbance().begin(stage);
        } else {
          awaitFelt(event.act().disturbance(), ledger);
          event.act().disturbance().end(stage);
          begun.remove(event.act());
          recorder.ends(what);
          observer.faultEnds(what);
        }
      }
      awaitTime(recorder, script.length());
    } catch (InterruptedException e) {
      begun.forEach(act -> act.disturbance().abandon(stage));
      throw e;
    } catch (RuntimeException e) {
      for (Act act : begun) {
        act.disturbance().end(stage);
      }
      throw e;
    }
  }

  /** A store has room of its own for a while when its disk is full: how much, nobody knows. */
  private static void awaitFelt(Disturbance disturbance, Ledger ledger)
      throws InterruptedException {
    for (long waited = 0;
        disturbance.refusesOrders()
            && ledger.otherwiseCount() == 0
            && waited < FELT_LIMIT.toMillis();
        waited += POLL.toMillis()) {
      Thread.sleep(POLL);
    }
  }

  private static void awaitTime(Recorder recorder, Duration at) throws InterruptedException {
    double left = at.toMillis() / 1e3 - recorder.now();
    if (left > 0) {
      Thread.sleep((long) (left * 1e3));
    }
  }

  /** How many messages are left in the services' queues, once there are none or time is up. */
  private static long awaitEmpty(Recorder recorder) throws InterruptedException {
    for (long waited = 0; waited < SETTLE_LIMIT.toMillis(); waited += POLL.toMillis()) {
      if (recorder.waiting() == 0) {
        return 0;
      }
      Thread.sleep(POLL);
    }
    return recorder.waiting();
  }

  /** What else was found, beside the orders: each a reason to fail, or not. */
  private List<Finding> findings(Stage stage, Audit audit) throws InterruptedException {
    List<Finding> findings = new ArrayList<>(stock(stage, audit.books()));
    for (Act act : script.acts()) {
      findings.addAll(act.disturbance().findings(stage));
      if (act.disturbance().refusesOrders() && !audit.hasDoubts()) {
        findings.add(
            Finding.wrong(act.disturbance().what() + ", and not felt: no order was refused"));
      }
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
    if (books.failed() == 0 || stock.available() > 0) {
      wrong.add(
          Finding.wrong(
              "stock: %d left, though %d orders failed"
                  .formatted(stock.available(), books.failed())));
    }
    return wrong;
  }

  private Verdict verdict(Stage stage, Audit audit, long left, Timeline timeline, long sent)
      throws InterruptedException {
    List<Finding> findings = findings(stage, audit);
    if (left != 0) {
      findings.add(
          Finding.wrong(
              left < 0
                  ? "whether the queues are empty the broker did not tell"
                  : Text.grouped(left) + " messages still wait in the services' queues"));
    }
    long wrong = findings.stream().filter(finding -> !finding.isRight()).count();
    Books books = audit.books();
    List<String> remarks = new ArrayList<>(audit.remarks());
    findings.forEach(finding -> remarks.add(finding.text()));
    boolean passed = audit.addsUp() && wrong == 0 && books.accepted() > 0;
    return new Verdict(
        name(),
        purpose(),
        passed ? Verdict.Outcome.PASS : Verdict.Outcome.FAIL,
        summary(books, audit.unexplainedCount() + wrong),
        sent,
        books,
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
