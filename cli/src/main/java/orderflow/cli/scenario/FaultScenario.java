package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.load.Rate;
import orderflow.cli.scenario.Verdict.Books;
import orderflow.cli.view.Text;

/**
 * Orders keep coming, open-loop, while things go wrong on purpose and are mended again; then every
 * order is judged.
 */
final class FaultScenario implements Scenario {
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(90);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Script script;
  private final String run;

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
  FaultScenario(Script script, String run) {
    this.script = script;
    this.run = run;
  }

  @Override
  public String name() {
    return script.name();
  }

  @Override
  public Verdict play(Stage stage, Observer observer) throws InterruptedException {
    Optional<String> unable =
        script.acts().stream().flatMap(act -> act.disturbance().unable(stage).stream()).findFirst();
    if (unable.isPresent()) {
      return Verdict.skipped(name(), unable.get());
    }
    String prefix = run + "-" + name();
    String item = prefix + "-item"; // nobody else's, so that its stock must match
    if (script.stock() > 0) {
      stage.inventory().setAvailable(item, script.stock());
    }
    observer.say(script.purpose());
    var ledger = new Ledger();
    try (Witness witness = Witness.of(stage.broker(), prefix);
        var orders = new SteadyOrders(stage.orders(), prefix, item, script.rate(), ledger);
        var recorder = new Recorder(stage.broker(), ledger, orders.tally(), witness, observer)) {
      orders.start();
      follow(stage, recorder, observer);
      orders.finish();
      observer.say("no more orders; waiting until all have settled");
      var checker = new Checker(stage, prefix, item);
      checker.awaitSettled(ledger, SETTLE_LIMIT);
      awaitEmpty(recorder);
      Audit audit = checker.check(ledger, witness.doubled(QUIET));
      List<String> wrong = new ArrayList<>(stock(stage, item, audit.books()));
      if (mustRefuse() && ledger.inDoubt().isEmpty()) {
        wrong.add("the fault was not felt: no order was refused");
      }
      for (Act act : script.acts()) {
        if (act.disturbance() instanceof PoisonMix mix) {
          wrong.addAll(mix.missing(stage));
        }
      }
      return verdict(audit, recorder.timeline(), wrong);
    }
  }

  /** A full disk that refuses nothing was not full. */
  private boolean mustRefuse() {
    return script.acts().stream().anyMatch(act -> act.disturbance().what().endsWith("disk full"));
  }

  private record Event(Duration at, boolean begins, Act act) {}

  private void follow(Stage stage, Recorder recorder, Observer observer)
      throws InterruptedException {
    List<Event> events =
        script.acts().stream()
            .flatMap(act ->
                Stream.of(new Event(act.from(), true, act), new Event(act.until(), false, act)))
            .sorted(Comparator.comparing(Event::at))
            .toList();
    List<Act> begun = new ArrayList<>();
    double began = 0;
    try {
      for (Event event : events) {
        awaitTime(recorder, event.at());
        String what = event.act().disturbance().what();
        if (event.begins()) {
          observer.say("! " + what);
          began = recorder.now();
          begun.add(event.act());
          event.act().disturbance().begin(stage);
        } else {
          event.act().disturbance().end(stage);
          begun.remove(event.act());
          recorder.mark(began, what);
          observer.say("  mended: " + what);
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

  private static void awaitTime(Recorder recorder, Duration at) throws InterruptedException {
    double left = at.toMillis() / 1e3 - recorder.now();
    if (left > 0) {
      Thread.sleep((long) (left * 1e3));
    }
  }

  /** What the last sample shows shall be what is left. */
  private static void awaitEmpty(Recorder recorder) throws InterruptedException {
    for (long waited = 0; waited < SETTLE_LIMIT.toMillis(); waited += POLL.toMillis()) {
      List<Timeline.Sample> samples = recorder.timeline().samples();
      if (!samples.isEmpty() && samples.getLast().waiting() == 0) {
        return;
      }
      Thread.sleep(POLL);
    }
  }

  /** What is wrong with the stock of a limited item; nothing for an unlimited one. */
  private List<String> stock(Stage stage, String item, Books books) throws InterruptedException {
    if (script.stock() == 0) {
      return List.of();
    }
    var stock = stage.inventory().stock(item);
    List<String> wrong = new ArrayList<>();
    if (stock.available() < 0 || stock.available() + stock.reserved() != script.stock()) {
      wrong.add(
          "stock: had %d, has %d, reserved %d"
              .formatted(script.stock(), stock.available(), stock.reserved()));
    }
    if (books.failed() == 0 || stock.available() > 0) {
      wrong.add(
          "stock: %d left, though %d orders failed".formatted(stock.available(), books.failed()));
    }
    return wrong;
  }

  private Verdict verdict(Audit audit, Timeline timeline, List<String> wrong) {
    Books books = audit.books();
    List<String> remarks = new ArrayList<>(audit.remarks());
    remarks.addAll(wrong);
    String summary =
        String.format(
            Locale.ROOT,
            "%s accepted = %s reserved + %s failed + %s dead, %s notified; lost %d, double effects"
                + " %d, unexplained %d",
            Text.grouped(books.accepted()),
            Text.grouped(books.reserved()),
            Text.grouped(books.failed()),
            Text.grouped(books.deadLettered()),
            Text.grouped(books.notified()),
            books.lost().size(),
            books.doubleEffects().size(),
            audit.unexplained().size() + wrong.size());
    boolean passed = audit.addsUp() && wrong.isEmpty() && books.accepted() > 0;
    return new Verdict(
        name(),
        passed ? Verdict.Outcome.PASS : Verdict.Outcome.FAIL,
        summary,
        books,
        remarks,
        timeline,
        0);
  }
}
