package orderflow.cli.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.io.CliException;
import orderflow.cli.scenario.Disturbance.Finding;
import orderflow.cli.scenario.Disturbance.Gap;
import orderflow.cli.scenario.Requirements.FaultSeen;
import orderflow.cli.scenario.Scenario.Act;
import orderflow.cli.scenario.Scenario.Script;
import orderflow.cli.view.Text;
import orderflow.messaging.MessagingException;

/** One execution of a scenario on a stage. To be run once, by one thread. */
final class Execution {
  /** Without any change; a busy machine has more. */
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(90);

  private static final Duration SETTLE_LONGEST = Duration.ofMinutes(15);

  /** How long a fault is held until it is felt, on the busiest machine. */
  private static final Duration FELT_LONGEST = Duration.ofSeconds(60);

  private static final Duration POLL = Duration.ofMillis(100);

  private final Scenario scenario;
  private final Script script;
  private final Stage stage;
  private final Observer observer;
  private final Ledger ledger;
  private final Witness witness;
  private final SteadyOrders orders;
  private final Recorder recorder;
  private final HealthSampler health;
  private final Map<Act, Span> spans = new HashMap<>();

  /** When a fault began and, once it is over, ended; in seconds since the start. */
  private record Span(double from, double until) {}

  private record Event(Duration at, boolean begins, Act act) {}

  private Execution(
      Scenario scenario,
      Stage stage,
      Observer observer,
      Ledger ledger,
      Witness witness,
      SteadyOrders orders,
      Recorder recorder,
      HealthSampler health) {
    this.scenario = scenario;
    this.script = scenario.script();
    this.stage = stage;
    this.observer = observer;
    this.ledger = ledger;
    this.witness = witness;
    this.orders = orders;
    this.recorder = recorder;
    this.health = health;
  }

  /**
   * Plays {@code scenario}; what keeps it from its end makes it inconclusive.
   *
   * @throws ScenarioInterrupted with what was seen until then
   */
  static Verdict of(Scenario scenario, Stage stage, Observer observer) throws InterruptedException {
    Script script = scenario.script();
    var ledger = new Ledger(scenario.ids());
    try (Witness witness = Witness.of(stage.broker(), scenario.ids());
        var orders =
            new SteadyOrders(
                stage.orders(), scenario.ids(), scenario.item(), script.rate(), ledger);
        var recorder = new Recorder(stage.broker(), ledger, orders.tally(), witness, observer);
        var health = new HealthSampler(stage, recorder::now)) {
      var execution =
          new Execution(scenario, stage, observer, ledger, witness, orders, recorder, health);
      try {
        return execution.cleanedUp(execution.run());
      } catch (CliException | MessagingException e) {
        return execution.cleanedUp(execution.notJudged("broke down: " + e.getMessage()));
      } catch (InterruptedException e) {
        throw new ScenarioInterrupted(execution.withLeftovers(execution.notJudged("interrupted")));
      }
    }
  }

  private Verdict notJudged(String why) {
    return Verdict.notJudged(
        scenario, why, orders.tally().sentCount(), ledger.acceptedCount(), recorder.timeline());
  }

  private Verdict cleanedUp(Verdict verdict) throws InterruptedException {
    Verdict told = verdict;
    for (Act act : script.acts()) {
      try {
        act.disturbance().cleanUp(stage);
      } catch (MessagingException e) {
        told =
            told.remarked(
                "left in the flow: %s: %s".formatted(act.disturbance().what(), e.getMessage()));
      }
    }
    return withLeftovers(told);
  }

  /** Services keep what they know of an order for ever, and no request removes a stock row. */
  private Verdict withLeftovers(Verdict verdict) {
    return stage.isShared() && ledger.size() > 0
        ? verdict.remarked(
            "left in the flow: what each service has on record about up to %s orders whose ids begin"
                    .formatted(Text.grouped(ledger.size()))
                + " with %s, and the stock row %s"
                    .formatted(scenario.ids().prefix(), scenario.item()))
        : verdict;
  }

  private Verdict run() throws InterruptedException {
    observer.phase("orders keep coming, " + script.rate() + " a second");
    double start = recorder.now();
    orders.start();
    follow();
    double seconds = recorder.now() - start;
    orders.finish();
    observer.phase("no more orders; waiting until all have settled");
    var checker = new Checker(stage, scenario.item(), ledger);
    List<Gap> gaps =
        script.acts().stream().flatMap(act -> act.disturbance().gaps().stream()).toList();
    Settlement.End end =
        checker.awaitSettled(
            new Deadline(SETTLE_LIMIT), SETTLE_LONGEST, order -> witness.isDecidedIn(gaps, order));
    long left = awaitEmpty();
    Optional<String> late = late(end, left);
    observer.phase("checking every order");
    Audit audit = checker.check(witness, gaps);
    List<Finding> findings = scenario.findings(stage, audit, left);
    List<String> missing =
        new Requirements(script)
            .missing(
                faults(),
                seconds,
                orders.tally().sentCount(),
                audit.books().accepted(),
                orders.tally().firstProblem(),
                recorder.timeline());
    return scenario.verdict(
        audit, findings, missing, late, recorder.timeline(), orders.tally().sentCount());
  }

  private void follow() throws InterruptedException {
    List<Event> events =
        script.acts().stream()
            .flatMap(act ->
                Stream.of(new Event(act.from(), true, act), new Event(act.until(), false, act)))
            .sorted(Comparator.comparing(Event::at))
            .toList();
    var begun = new ArrayList<Act>();
    try {
      for (Event event : events) {
        awaitTime(event.at());
        if (event.begins()) {
          begun.add(event.act());
          begin(event.act());
        } else {
          end(event.act());
          begun.remove(event.act());
        }
      }
      awaitTime(script.length());
    } catch (InterruptedException e) {
      begun.forEach(act -> act.disturbance().abandon(stage));
      throw e;
    } catch (RuntimeException e) {
      begun.forEach(act -> mend(act, e));
      throw e;
    }
  }

  private void begin(Act act) throws InterruptedException {
    String what = act.disturbance().what();
    observer.faultBegins(what);
    recorder.begins(what);
    spans.put(act, new Span(recorder.now(), Double.MAX_VALUE));
    act.disturbance().begin(stage);
  }

  private void end(Act act) throws InterruptedException {
    String what = act.disturbance().what();
    awaitFelt(act);
    act.disturbance().end(stage);
    spans.put(act, new Span(span(act).from(), recorder.now()));
    recorder.ends(what);
    observer.faultEnds(what);
  }

  private Span span(Act act) {
    return spans.getOrDefault(act, new Span(Double.MAX_VALUE, Double.MAX_VALUE));
  }

  /** A stage that goes on must not stay broken; what comes of it is told by {@code cause}. */
  private void mend(Act act, RuntimeException cause) {
    try {
      act.disturbance().end(stage);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitFelt(Act act) throws InterruptedException {
    Disturbance disturbance = act.disturbance();
    var limit = new Deadline(disturbance.feltLimit(), FELT_LONGEST);
    while (!limit.isOver()
        && (disturbance.missing(window(act)).isPresent()
            || (disturbance.refusesOrders() && ledger.otherwiseCount() == 0))) {
      Thread.sleep(POLL);
    }
  }

  private FaultWindow window(Act act) {
    Span span = span(act);
    return new FaultWindow(
        span.from(),
        Math.min(span.until(), recorder.now()),
        script.rate().perSecond(),
        recorder.timeline(),
        health.history());
  }

  private List<FaultSeen> faults() {
    return script.acts().stream()
        .map(act -> new FaultSeen(act.disturbance(), window(act)))
        .toList();
  }

  private void awaitTime(Duration at) throws InterruptedException {
    double left = at.toMillis() / 1e3 - recorder.now();
    if (left > 0) {
      Thread.sleep((long) (left * 1e3));
    }
  }

  /** How many messages are left in the services' queues, once there are none or none leaves. */
  private long awaitEmpty() throws InterruptedException {
    var idle = new Deadline(SETTLE_LIMIT);
    long least = Long.MAX_VALUE;
    while (recorder.waiting() != 0 && !idle.isOver()) {
      long waiting = recorder.waiting();
      if (waiting > 0 && waiting < least) {
        least = waiting;
        idle.restart();
      }
      Thread.sleep(POLL);
    }
    return recorder.waiting();
  }

  /** Why orders that are not settled may be late instead of lost; empty when they are not late. */
  private Optional<String> late(Settlement.End end, long left) throws InterruptedException {
    if (end == Settlement.End.SETTLED && left == 0) {
      return Optional.empty();
    }
    if (end == Settlement.End.UNDER_WAY) {
      return Optional.of(
          "orders still settle after %d min; it is a slow flow, or a slow machine (%s)"
              .formatted(SETTLE_LONGEST.toMinutes(), MachineLoad.description()));
    }
    return stage.unready().map(why -> "not all orders have settled, and " + why);
  }
}
