package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.scenario.HealthHistory.State;

/** Asks each service several times a second how it is, a thread each: one may not answer at all. */
final class HealthSampler implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

  /** Metrics cost a service more than a look at its checks. */
  private static final double METRICS_EVERY_SECONDS = 1;

  private final HealthHistory history = new HealthHistory();
  private final DoubleSupplier now;
  private final List<Thread> threads;

  /**
   * @param now seconds since the start of the scenario
   */
  HealthSampler(TestEnvironment stage, DoubleSupplier now) {
    this.now = now;
    this.threads =
        Stream.of(ServiceName.values())
            .map(service ->
                Thread.ofPlatform()
                    .name("health-" + service)
                    .daemon()
                    .start(() -> run(stage, service)))
            .toList();
  }

  HealthHistory history() {
    return history;
  }

  private void run(TestEnvironment stage, ServiceName service) {
    try (HealthClient client = stage.health(service)) {
      double metricsDue = 0;
      while (true) {
        double at = now.getAsDouble();
        HealthClient.Readiness readiness = client.readiness(ANSWER_LIMIT);
        State state =
            readiness.reachable()
                ? new State(
                    at,
                    true,
                    readiness.ready(),
                    readiness.checks(),
                    OptionalDouble.empty(),
                    Map.of())
                : State.silent(at);
        if (state.answers() && at >= metricsDue) {
          state = withMetrics(state, client);
          metricsDue = at + METRICS_EVERY_SECONDS;
        }
        history.add(service, state);
        if (!state.answers()) {
          metricsDue = 0; // it may be another process next time
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static State withMetrics(State state, HealthClient client) throws InterruptedException {
    HealthClient.Metrics figures = client.metrics();
    return new State(
        state.seconds(),
        true,
        state.ready(),
        state.checks(),
        figures.startTime(),
        figures.values());
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
