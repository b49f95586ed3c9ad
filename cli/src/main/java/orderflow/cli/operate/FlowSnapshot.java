package orderflow.cli.operate;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The flow at one time.
 *
 * @param nanos of a monotonic clock
 * @param broker product and version, or why it does not answer
 * @param queues empty when the broker does not answer
 */
public record FlowSnapshot(
    Instant at, long nanos, String broker, List<Queue> queues, List<Service> services) {
  public boolean hasBroker() {
    return !queues.isEmpty();
  }

  /** By the field names of the schema. */
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", at.toString());
    json.put("broker", broker);
    json.put("queues", queues.stream().map(Queue::toJson).toList());
    json.put("services", services.stream().map(Service::toJson).toList());
    return json;
  }

  /**
   * @param ready -1 when the queue does not exist
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
   * @param state ready, or the problem
   * @param metrics see {@link orderflow.cli.client.HealthClient.Metrics#values}
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

    boolean isReadyWithMetrics() {
      return ready && state.equals(READY);
    }

    /** Messages handled since its start, with any result. */
    double handled() {
      return metrics.entrySet().stream()
          .filter(metric -> metric.getKey().startsWith("orderflow_messages_total"))
          .mapToDouble(Map.Entry::getValue)
          .sum();
    }
  }
}
