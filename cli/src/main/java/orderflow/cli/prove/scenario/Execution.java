package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.ClientHistory;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.MachineLoad;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.scenario.Fault.CheckResult;
import orderflow.cli.prove.scenario.Fault.LossWindow;
import orderflow.cli.prove.scenario.Requirements.FaultSeen;
import orderflow.cli.prove.scenario.Scenario.ScenarioSpec;
import orderflow.cli.prove.scenario.Scenario.Step;
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
  private final ScenarioSpec script;
  private final TestEnvironment stage;
  private final ScenarioListener observer;
  private final ClientHistory ledger;
  private final EventRecorder witness;
  private final SteadyOrders orders;
  private final TimelineRecorder recorder;
  private final HealthSampler health;
  private final Map<Step, Span> spans = new HashMap<>();

  /** When a fault began and, once it is over, ended; in seconds since the start. */
  private record Span(double from, double until) {}

  private record Event(Duration at, boolean begins, Step act) {}

  private Execution(
      Scenario scenario,
      TestEnvironment stage,
      ScenarioListener observer,
      ClientHistory ledger,
      EventRecorder witness,
      SteadyOrders orders,
      TimelineRecorder recorder,
      HealthSampler health) {
    this.scenario = scenario;
    this.script = scenario.spec();
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
  static ScenarioResult of(Scenario scenario, TestEnvironment stage, ScenarioListener observer)
      throws InterruptedException {
    ScenarioSpec script = scenario.spec();
    var ledger = new ClientHistory(scenario.ids());
    try (EventRecorder witness = EventRecorder.of(stage.broker(), scenario.ids());
        var orders =
            new SteadyOrders(
                stage.orders(), scenario.ids(), scenario.item(), script.rate(), ledger);
        var recorder =
            new TimelineRecorder(stage.broker(), ledger, orders.tally(), witness, observer);
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

  private ScenarioResult notJudged(String why) {
    return ScenarioResult.notJudged(
        scenario, why, orders.tally().sentCount(), ledger.acceptedCount(), recorder.timeline());
  }

  private ScenarioResult cleanedUp(ScenarioResult verdict) throws InterruptedException {
    ScenarioResult told = verdict;
    for (Step act : script.steps()) {
      try {
        act.fault().tearDown(stage);
      } catch (MessagingException e) {
        told =
            told.remarked(
                "left in the flow: %s: %s".formatted(act.fault().description(), e.getMessage()));
      }
    }
    return withLeftovers(told);
  }

  /** Services keep what they know of an order for ever, and no request removes a stock row. */
  private ScenarioResult withLeftovers(ScenarioResult verdict) {
    return stage.isShared() && ledger.size() > 0
        ? verdict.remarked(
            "left in the flow: what each service has on record about up to %s orders whose ids begin"
                    .formatted(Text.grouped(ledger.size()))
                + " with %s, and the stock row %s"
                    .formatted(scenario.ids().prefix(), scenario.item()))
        : verdict;
  }

  private ScenarioResult run() throws InterruptedException {
    observer.phase("orders keep coming, " + script.rate() + " a second");
    double start = recorder.now();
    orders.start();
    follow();
    double seconds = recorder.now() - start;
    orders.finish();
    observer.phase("no more orders; waiting until all have settled");
    var checker = new CheckRunner(stage, scenario.item(), ledger);
    List<LossWindow> gaps =
        script.steps().stream().flatMap(act -> act.fault().lossWindows().stream()).toList();
    QuiescenceWait.Result end =
        checker.awaitQuiescence(
            new Deadline(SETTLE_LIMIT), SETTLE_LONGEST, order -> witness.isDecidedIn(gaps, order));
    long left = awaitEmpty();
    Optional<String> late = late(end, left);
    observer.phase("checking every order");
    Checker audit = checker.check(witness, gaps);
    List<CheckResult> findings = scenario.findings(stage, audit, left);
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
        script.steps().stream()
            .flatMap(act ->
                Stream.of(new Event(act.from(), true, act), new Event(act.until(), false, act)))
            .sorted(Comparator.comparing(Event::at))
            .toList();
    var begun = new ArrayList<Step>();
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
      begun.forEach(act -> act.fault().release(stage));
      throw e;
    } catch (RuntimeException e) {
      begun.forEach(act -> mend(act, e));
      throw e;
    }
  }

  private void begin(Step act) throws InterruptedException {
    String what = act.fault().description();
    observer.faultStarted(what);
    recorder.begins(what);
    spans.put(act, new Span(recorder.now(), Double.MAX_VALUE));
    act.fault().inject(stage);
  }

  private void end(Step act) throws InterruptedException {
    String what = act.fault().description();
    awaitFelt(act);
    act.fault().heal(stage);
    spans.put(act, new Span(span(act).from(), recorder.now()));
    recorder.ends(what);
    observer.faultEnded(what);
  }

  private Span span(Step act) {
    return spans.getOrDefault(act, new Span(Double.MAX_VALUE, Double.MAX_VALUE));
  }

  /** A stage that goes on must not stay broken; what comes of it is told by {@code cause}. */
  private void mend(Step act, RuntimeException cause) {
    try {
      act.fault().heal(stage);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitFelt(Step act) throws InterruptedException {
    Fault disturbance = act.fault();
    var limit = new Deadline(disturbance.effectTimeout(), FELT_LONGEST);
    while (!limit.isOver()
        && (disturbance.missingEffect(window(act)).isPresent()
            || (disturbance.refusesOrders() && ledger.notAcceptedCount() == 0))) {
      Thread.sleep(POLL);
    }
  }

  private FaultWindow window(Step act) {
    Span span = span(act);
    return new FaultWindow(
        span.from(),
        Math.min(span.until(), recorder.now()),
        script.rate().perSecond(),
        recorder.timeline(),
        health.history());
  }

  private List<FaultSeen> faults() {
    return script.steps().stream().map(act -> new FaultSeen(act.fault(), window(act))).toList();
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
  private Optional<String> late(QuiescenceWait.Result end, long left) throws InterruptedException {
    if (end == QuiescenceWait.Result.QUIESCENT && left == 0) {
      return Optional.empty();
    }
    if (end == QuiescenceWait.Result.TIMED_OUT) {
      return Optional.of(
          "orders still settle after %d min; it is a slow flow, or a slow machine (%s)"
              .formatted(SETTLE_LONGEST.toMinutes(), MachineLoad.description()));
    }
    return stage.unready().map(why -> "not all orders have settled, and " + why);
  }
}
