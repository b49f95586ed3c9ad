package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.MachineLoad;
import orderflow.cli.prove.environment.ServiceProbe;
import orderflow.cli.prove.environment.ServiceView;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Expectations;
import orderflow.cli.prove.history.HistoryRecord.Visible;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.Fault.AssertionResult;
import orderflow.cli.prove.scenario.Fault.LossWindow;

/** What a scenario, its faults and its end look like in the history. */
final class HistoryRecords {
  private static final String OUTBOX = "orderflow_outbox_entries";

  private HistoryRecords() {}

  static HistoryRecord.Start start(
      Scenario scenario, TestEnvironment environment, HistoryWriter history) {
    ScenarioSpec spec = scenario.spec();
    return new HistoryRecord.Start(
        history.now(),
        spec.name(),
        spec.purpose(),
        scenario.run(),
        scenario.ids().prefix(),
        scenario.item(),
        spec.stock(),
        spec.rate().perSecond(),
        history.started().toString(),
        new Expectations(
            spec.bounds().acceptedShare(),
            spec.bounds().p99().toMillis(),
            spec.bounds().recovery().toMillis(),
            spec.leastBacklog()),
        visible(environment));
  }

  private static Visible visible(TestEnvironment environment) {
    List<String> tables = new ArrayList<>();
    for (ServiceName service : ServiceName.values()) {
      if (environment.view(service).lists()) {
        tables.addAll(
            switch (service) {
              case ORDER -> List.of("orders");
              case INVENTORY -> List.of("reservations", "stock");
              case NOTIFICATION -> List.of("notifications");
            });
      }
    }
    if (environment.view(ServiceName.NOTIFICATION).log().isPresent()) {
      tables.add("notification_log");
    }
    List<ServiceView> views = Stream.of(ServiceName.values()).map(environment::view).toList();
    boolean reports = views.stream().allMatch(ServiceView::reports);
    boolean logs = views.stream().anyMatch(view -> view.log().isPresent());
    return new Visible(tables, reports, reports, logs);
  }

  static HistoryRecord.Fault fault(Fault fault, boolean begins, HistoryWriter history) {
    return new HistoryRecord.Fault(
        history.now(),
        begins ? "start" : "end",
        fault.description(),
        fault.target().orElse(null),
        fault.stopsIntake(),
        fault.refusesOrders(),
        fault.shiftsClock());
  }

  /** Adds the effect of a fault, the events that it may have lost, and its own checks. */
  static void addResults(
      TestEnvironment environment, Fault fault, FaultWindow window, HistoryWriter history)
      throws InterruptedException {
    String name = fault.description();
    for (LossWindow loss : fault.lossWindows()) {
      history.add(
          new HistoryRecord.Loss(
              history.now(), name, history.at(loss.fromNanos()), history.at(loss.untilNanos())));
    }
    Optional<String> missing = fault.missingEffect(window);
    history.add(
        new HistoryRecord.Effect(
            history.now(), name, missing.isEmpty(), missing.orElseGet(fault::requiredEffect)));
    for (AssertionResult result : fault.results(environment)) {
      history.add(
          new HistoryRecord.Check(
              history.now(), name, result.status().name().toLowerCase(Locale.ROOT), result.text()));
    }
  }

  /**
   * @param slowdown how many times slower than idle the machine was under load
   * @param left messages in the services' queues; negative when unknown
   */
  static HistoryRecord.End end(
      TestEnvironment environment,
      QuiescenceWait.Result result,
      long left,
      double slowdown,
      HistoryWriter history)
      throws InterruptedException {
    Map<String, String> unready = new LinkedHashMap<>();
    Map<String, Double> outbox = new LinkedHashMap<>();
    for (ServiceName service : ServiceName.values()) {
      try (ServiceProbe probe = environment.probe(service)) {
        HealthClient.Readiness readiness = probe.readiness(TestEnvironment.ANSWER_LIMIT);
        if (!readiness.ready()) {
          unready.put(
              service.toString(),
              readiness.reachable() ? "is not ready: " + readiness.checks() : "does not answer");
        }
        Double waiting = probe.figures().metrics().get(OUTBOX);
        if (waiting != null) {
          outbox.put(service.toString(), waiting);
        }
      }
    }
    return new HistoryRecord.End(
        history.now(),
        result.name().toLowerCase(Locale.ROOT),
        left,
        unready,
        outbox,
        Math.max(slowdown, MachineLoad.slowdown()));
  }
}
