package orderflow.cli.scenario;

import java.time.Duration;
import java.util.Locale;
import orderflow.cli.load.DepthWatch;
import orderflow.cli.load.Rate;
import orderflow.cli.scenario.Verdict.Books;
import orderflow.cli.view.Text;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/**
 * Orders keep coming while inventory is away: the backlog builds, inventory returns, it drains, and
 * no order is lost or has two effects.
 */
public final class BacklogScenario implements Scenario {
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);

  private final String run;
  private final Timing timing;

  /**
   * How long each phase takes.
   *
   * @param before with inventory running
   * @param away without it
   * @param after with it again, orders still coming
   */
  public record Timing(Rate rate, Duration before, Duration away, Duration after) {}

  /**
   * @param run makes the order ids unique
   */
  public BacklogScenario(String run, Timing timing) {
    this.run = run;
    this.timing = timing;
  }

  @Override
  public String name() {
    return "backlog";
  }

  @Override
  public Verdict play(Stage stage, Observer observer) throws InterruptedException {
    var away = new Fault.Stopped(ServiceName.INVENTORY);
    var ledger = new Ledger();
    String prefix = run + "-backlog";
    String item = run + "-widget"; // nobody else's, so that its stock must match
    try (QueueBrowser browser = stage.broker().openBrowser();
        OutcomeTap outcomes = OutcomeTap.open(browser);
        var depth = new DepthWatch(stage.broker(), Topology.ORDER_PLACED)) {
      var orders = new SteadyOrders(stage.orders(), prefix, item, timing.rate(), ledger);
      observer.say("orders come in, " + timing.rate() + " a second");
      try (orders) {
        orders.start();
        watch(depth, timing.before(), ledger, observer);
        observer.say("inventory stops; orders keep coming");
        stage.inject(away);
        watch(depth, timing.away(), ledger, observer);
        observer.say("inventory returns");
        stage.heal(away);
        watch(depth, timing.after(), ledger, observer);
      }
      double drained = awaitEmpty(depth);
      var checker = new Checker(stage, prefix, item);
      checker.awaitSettled(ledger, DRAIN_LIMIT);
      observer.say("backlog drained; checking every order");
      return verdict(checker.check(ledger, outcomes), depth.peak(), drained);
    }
  }

  private static void watch(DepthWatch depth, Duration time, Ledger ledger, Observer observer)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      Thread.sleep(Duration.ofMillis(Math.min(1_000, time.toMillis())));
      var ready = depth.depth();
      observer.say(
          "  accepted %s   waiting in order_placed: %s"
              .formatted(
                  Text.grouped(ledger.acceptedCount()),
                  ready.isPresent() ? Text.grouped(ready.getAsLong()) : "?"));
    }
  }

  /** Seconds until the queue was empty. */
  private static double awaitEmpty(DepthWatch depth) throws InterruptedException {
    long start = System.nanoTime();
    while (depth.depth().orElse(1) > 0 && System.nanoTime() - start < DRAIN_LIMIT.toNanos()) {
      Thread.sleep(Duration.ofMillis(20));
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private Verdict verdict(Audit audit, long peak, double drainedSeconds) {
    Books books = audit.books();
    String summary =
        String.format(
            Locale.ROOT,
            "%s accepted = %s reserved + %s failed + %s dead, %s notified;"
                + " lost %d, double effects %d, unexplained %d; backlog peak %s",
            Text.grouped(books.accepted()),
            Text.grouped(books.reserved()),
            Text.grouped(books.failed()),
            Text.grouped(books.deadLettered()),
            Text.grouped(books.notified()),
            books.lost().size(),
            books.doubleEffects().size(),
            audit.unexplained().size(),
            Text.grouped(peak));
    boolean backlogSeen = peak > 0 && drainedSeconds < DRAIN_LIMIT.toSeconds();
    return Verdict.of(
        name(),
        audit.addsUp() && backlogSeen && books.accepted() > 0,
        summary,
        books,
        audit.remarks());
  }
}
