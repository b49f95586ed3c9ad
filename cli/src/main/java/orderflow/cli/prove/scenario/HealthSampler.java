package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.ServiceProbe;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.scenario.HealthHistory.State;

/** Polls the health of each service several times a second, on a thread each. */
final class HealthSampler implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  /** Metrics cost a service more than its checks. */
  private static final double METRICS_INTERVAL_SECONDS = 1;

  private final HealthHistory states = new HealthHistory();
  private final HistoryWriter history;
  private final DoubleSupplier now;
  private final List<Thread> threads;

  /**
   * @param now seconds since the start of the scenario
   * @param history gets every response
   */
  HealthSampler(TestEnvironment environment, DoubleSupplier now, HistoryWriter history) {
    this.history = history;
    this.now = now;
    this.threads =
        Stream.of(ServiceName.values())
            .map(service ->
                Thread.ofPlatform()
                    .name("health-" + service)
                    .daemon()
                    .start(() -> run(environment, service)))
            .toList();
  }

  HealthHistory history() {
    return states;
  }

  private void add(ServiceName service, State state) {
    states.add(service, state);
    history.offer(
        new HistoryRecord.Health(
            history.now(),
            service.toString(),
            state.responded(),
            state.ready(),
            state.checks(),
            state.metrics()));
  }

  private void run(TestEnvironment environment, ServiceName service) {
    try (ServiceProbe probe = environment.probe(service)) {
      double metricsDue = 0;
      while (true) {
        double at = now.getAsDouble();
        HealthClient.Readiness readiness = probe.readiness(ANSWER_LIMIT);
        if (!readiness.reachable()) {
          add(service, State.withoutResponse(at));
          metricsDue = 0; // the next answer may be of another process
        } else {
          OptionalDouble startTime = OptionalDouble.empty();
          Map<String, Double> metrics = Map.of();
          if (at >= metricsDue) {
            ServiceProbe.Figures current = probe.figures();
            startTime = current.startTime();
            metrics = current.metrics();
            metricsDue = at + METRICS_INTERVAL_SECONDS;
          }
          add(
              service,
              new State(at, true, readiness.ready(), readiness.checks(), startTime, metrics));
        }
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
