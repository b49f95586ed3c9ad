package orderflow.cli.operate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The flow at one moment.
 *
 * @param nanos of a clock that only goes forward
 * @param broker its product and version, or why it does not answer
 * @param queues empty when the broker does not answer
 */
public record FlowSnapshot(
    Instant at, long nanos, String broker, List<Queue> queues, List<Service> services) {
  /** Whether the broker answered. */
  public boolean hasBroker() {
    return !queues.isEmpty();
  }

  /** For programs, by the names of the schema. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", at.toString());
    json.put("broker", broker);
    json.put("queues", queues.stream().map(Queue::toJson).toList());
    json.put("services", services.stream().map(Service::toJson).toList());
    return json;
  }

  /**
   * @param ready -1 when there is no such queue
   */
  public record Queue(String name, long ready, long consumers) {
    private Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", name);
      json.put("ready", ready < 0 ? null : ready);
      json.put("consumers", consumers);
      return json;
    }

    boolean isForDeadLetters() {
      return name.endsWith("_dlq");
    }
  }

  /**
   * @param state ready, not ready and why, or that it does not answer; and whether it refuses us
   * @param metrics as {@link orderflow.cli.client.HealthClient.Metrics#values} has them
   */
  public record Service(
      String name, String queue, boolean ready, String state, Map<String, Double> metrics) {
    static final String READY = "ready";

    private Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", name);
      json.put("ready", ready);
      json.put("state", state);
      json.put("metrics", metrics);
      return json;
    }

    /** Ready, and tells its figures. */
    boolean isReadyWithMetrics() {
      return ready && state.equals(READY);
    }

    /** How many messages it has handled since it started, with whatever result. */
    double handled() {
      return metrics.entrySet().stream()
          .filter(metric -> metric.getKey().startsWith("orderflow_messages_total"))
          .mapToDouble(Map.Entry::getValue)
          .sum();
    }
  }
}
