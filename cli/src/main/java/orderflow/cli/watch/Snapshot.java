package orderflow.cli.watch;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The flow at one moment.
 *
 * @param nanos of a clock that only goes forward
 * @param broker its product and version, or why it does not answer
 * @param queues empty when the broker does not answer
 */
public record Snapshot(
    Instant at, long nanos, String broker, List<Queue> queues, List<Service> services) {
  /**
   * @param ready -1 when there is no such queue
   */
  public record Queue(String name, long ready, long consumers) {
    boolean isForDeadLetters() {
      return name.endsWith("_dlq");
    }
  }

  /**
   * @param state ready, not ready and why, or that it does not answer
   * @param metrics as {@link orderflow.cli.client.HealthClient#metrics} has them
   */
  public record Service(
      String name, String queue, boolean ready, String state, Map<String, Double> metrics) {
    /** How many messages it has handled since it started, with whatever result. */
    double handled() {
      return metrics.entrySet().stream()
          .filter(metric -> metric.getKey().startsWith("orderflow_messages_total"))
          .mapToDouble(Map.Entry::getValue)
          .sum();
    }
  }
}
