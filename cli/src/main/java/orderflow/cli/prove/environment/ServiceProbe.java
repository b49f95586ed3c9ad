package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.HealthClient.Readiness;

/** Observes one service from outside. Used by one thread, and closed by it. */
public interface ServiceProbe extends AutoCloseable {
  /** A service that is suspended must not keep its observer waiting. */
  Duration METRICS_LIMIT = Duration.ofSeconds(2);

  /** Whether the service is ready; one without an answer after {@code limit} is not reachable. */
  Readiness readiness(Duration limit) throws InterruptedException;

  /** What costs more than readiness. */
  Figures figures() throws InterruptedException;

  @Override
  void close();

  /**
   * @param startTime of its process, in seconds since 1970; empty when unknown
   * @param metrics by name; empty when it has none
   */
  record Figures(OptionalDouble startTime, Map<String, Double> metrics) {}

  /** Asks a service of ours, and closes {@code client} with it. */
  static ServiceProbe of(HealthClient client) {
    return new ServiceProbe() {
      @Override
      public Readiness readiness(Duration limit) throws InterruptedException {
        return client.readiness(limit);
      }

      @Override
      public Figures figures() throws InterruptedException {
        HealthClient.Metrics metrics = client.metrics(METRICS_LIMIT);
        return new Figures(metrics.startTime(), metrics.values());
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }
}
