package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.MachineLoad;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.Fault.LossWindow;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.cli.view.Text;
import orderflow.messaging.MessagingException;

/** One execution of a scenario in an environment. Runs once, on one thread. */
final class Execution {
  /** Without any change; longer on a busy machine. */
  private static final Duration QUIESCENCE_LIMIT = Duration.ofSeconds(90);

  private static final Duration QUIESCENCE_LONGEST = Duration.ofMinutes(15);

  /** How long a fault is held until its effect shows, on the busiest machine. */
  private static final Duration EFFECT_LONGEST = Duration.ofSeconds(60);

  private static final Duration POLL = Duration.ofMillis(100);

  private final Scenario scenario;
  private final ScenarioSpec spec;
  private final TestEnvironment environment;
  private final ScenarioListener listener;
  private final ClientHistory history;
  private final EventRecorder events;
  private final SteadyOrders orders;
  private final TimelineRecorder recorder;
  private final HealthSampler health;
  private final OrderLogs logs;
  private final HistoryWriter written;
  private final Map<Step, Span> spans = new HashMap<>();

  /** When a fault began and ended, in seconds since the start. */
  private record Span(double from, double until) {
    static final Span NEVER = new Span(Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private record Event(Duration at, boolean isStart, Step step) {}

  private Execution(
      Scenario scenario,
      TestEnvironment environment,
      ScenarioListener listener,
      ClientHistory history,
      EventRecorder events,
      SteadyOrders orders,
      TimelineRecorder recorder,
      HealthSampler health,
      OrderLogs logs,
      HistoryWriter written) {
    this.scenario = scenario;
    this.spec = scenario.spec();
    this.environment = environment;
    this.listener = listener;
    this.history = history;
    this.events = events;
    this.orders = orders;
    this.recorder = recorder;
    this.health = health;
    this.logs = logs;
    this.written = written;
  }

  /**
   * Runs {@code scenario}; an error makes it inconclusive.
   *
   * @param written gets all observations
   * @throws ScenarioInterrupted with the records until then
   */
  static ScenarioResult of(
      Scenario scenario,
      TestEnvironment environment,
      ScenarioListener listener,
      HistoryWriter written)
      throws InterruptedException {
    var ids = scenario.ids();
    var history = new ClientHistory(ids);
    written.add(HistoryRecords.start(scenario, environment, written));
    String recorded = environment.isShared() ? scenario.run() : "";
    try (EventRecorder events = EventRecorder.of(environment.broker(), ids, written, recorded);
        var orders =
            new SteadyOrders(
                environment.orders(),
                ids,
                scenario.item(),
                scenario.spec().rate(),
                history,
                written);
        var recorder =
            new TimelineRecorder(environment, history, orders.stats(), events, listener, written);
        var health = new HealthSampler(environment, recorder::now, written);
        var logs = new OrderLogs(environment, ids, scenario.run(), written)) {
      var execution =
          new Execution(
              scenario,
              environment,
              listener,
              history,
              events,
              orders,
              recorder,
              health,
              logs,
              written);
      try {
        return execution.tornDown(execution.run());
      } catch (CliException | MessagingException e) {
        return execution.tornDown(execution.notJudged("broke down: " + e.getMessage()));
      } catch (InterruptedException e) {
        throw new ScenarioInterrupted(execution.withLeftovers(execution.notJudged("interrupted")));
      }
    }
  }

  private ScenarioResult notJudged(String reason) {
    return ScenarioResult.notJudged(
        scenario, reason, orders.stats().sentCount(), history.acceptedCount(), recorder.timeline());
  }

  private ScenarioResult tornDown(ScenarioResult result) throws InterruptedException {
    ScenarioResult remarked = result;
    for (Step step : spec.steps()) {
      try {
        step.fault().tearDown(environment);
      } catch (MessagingException e) {
        remarked =
            remarked.withRemark(
                "left in the flow: %s: %s".formatted(step.fault().description(), e.getMessage()));
      }
    }
    return withLeftovers(remarked);
  }

  /** Services keep their rows, and no request deletes a stock row. */
  private ScenarioResult withLeftovers(ScenarioResult result) {
    if (!environment.isShared() || history.size() == 0) {
      return result;
    }
    return result.withRemark(
        "left in the flow: the rows of each service about up to %s orders whose ids begin with %s,"
                .formatted(Text.grouped(history.size()), scenario.ids().prefix())
            + " and the stock row %s".formatted(scenario.item()));
  }

  private ScenarioResult run() throws InterruptedException {
    listener.phase("orders keep coming, " + spec.rate() + " a second");
    long from = written.now();
    orders.start();
    runSteps();
    long until = written.now();
    orders.close();
    double slowdown = MachineLoad.slowdown();
    written.add(
        new HistoryRecord.Load(
            until, from, orders.stats().sentCount(), orders.stats().notSentCount()));
    listener.phase("no more orders; waiting until all are final");
    List<LossWindow> windows =
        spec.steps().stream().flatMap(step -> step.fault().lossWindows().stream()).toList();
    QuiescenceWait.Result end =
        new QuiescenceWait(environment, history, OrderEvidence.of(events, logs, windows))
            .await(new Deadline(QUIESCENCE_LIMIT), QUIESCENCE_LONGEST);
    long left = awaitEmptyQueues();
    logs.readAll();
    Optional<String> ended = environment.ended();
    if (ended.isPresent()) {
      written.add(new HistoryRecord.Check(written.now(), "", "wrong", ended.get()));
    }
    listener.phase("checking every order");
    events.awaitQuiet();
    for (Step step : spec.steps()) {
      HistoryRecords.addResults(environment, step.fault(), window(step), written);
    }
    FinalState.record(
        environment, scenario.run(), scenario.ids().prefix(), scenario.item(), written);
    written.add(HistoryRecords.end(environment, end, left, slowdown, written));
    written.close();
    return JudgedHistory.result(written);
  }

  private void runSteps() throws InterruptedException {
    List<Event> schedule =
        spec.steps().stream()
            .flatMap(step ->
                Stream.of(new Event(step.from(), true, step), new Event(step.until(), false, step)))
            .sorted(Comparator.comparing(Event::at))
            .toList();
    var active = new ArrayList<Step>();
    try {
      for (Event event : schedule) {
        awaitTime(event.at());
        if (event.isStart()) {
          active.add(event.step());
          inject(event.step());
        } else {
          heal(event.step());
          active.remove(event.step());
        }
      }
      awaitTime(spec.length());
    } catch (InterruptedException e) {
      active.forEach(step -> step.fault().release(environment));
      throw e;
    } catch (RuntimeException e) {
      active.forEach(step -> healAfter(e, step));
      throw e;
    }
  }

  private void inject(Step step) throws InterruptedException {
    String fault = step.fault().description();
    listener.faultStarted(fault);
    recorder.faultStarted(fault);
    spans.put(step, new Span(recorder.now(), Double.MAX_VALUE));
    written.add(HistoryRecords.fault(step.fault(), true, written));
    step.fault().inject(environment);
  }

  private void heal(Step step) throws InterruptedException {
    String fault = step.fault().description();
    awaitEffect(step);
    step.fault().heal(environment);
    spans.put(step, new Span(span(step).from(), recorder.now()));
    recorder.faultEnded(fault);
    written.add(HistoryRecords.fault(step.fault(), false, written));
    listener.faultEnded(fault);
  }

  private Span span(Step step) {
    return spans.getOrDefault(step, Span.NEVER);
  }

  /** The environment may be used again. */
  private void healAfter(RuntimeException error, Step step) {
    try {
      step.fault().heal(environment);
    } catch (RuntimeException e) {
      error.addSuppressed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEffect(Step step) throws InterruptedException {
    Fault fault = step.fault();
    var limit = new Deadline(fault.effectTimeout(), EFFECT_LONGEST);
    while (!limit.isOver()
        && (fault.missingEffect(window(step)).isPresent()
            || (fault.refusesOrders() && history.notAcceptedCount() == 0))) {
      Thread.sleep(POLL);
    }
  }

  private FaultWindow window(Step step) {
    Span span = span(step);
    return new FaultWindow(
        span.from(),
        Math.min(span.until(), recorder.now()),
        spec.rate().perSecond(),
        Stream.of(ServiceName.values())
            .filter(service -> environment.view(service).showsConnection())
            .collect(Collectors.toSet()),
        recorder.timeline(),
        health.history());
  }

  private void awaitTime(Duration at) throws InterruptedException {
    double left = at.toMillis() / 1e3 - recorder.now();
    if (left > 0) {
      Thread.sleep((long) (left * 1e3));
    }
  }

  /** Returns the number of messages in the services' queues once it no longer decreases. */
  private long awaitEmptyQueues() throws InterruptedException {
    var idle = new Deadline(QUIESCENCE_LIMIT);
    long least = Long.MAX_VALUE;
    while (recorder.waiting() != 0 && !idle.isOver() && environment.ended().isEmpty()) {
      long waiting = recorder.waiting();
      if (waiting > 0 && waiting < least) {
        least = waiting;
        idle.restart();
      }
      Thread.sleep(POLL);
    }
    return recorder.waiting();
  }
}
