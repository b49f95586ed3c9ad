package orderflow.badinput;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import orderflow.http.HttpSettings;
import orderflow.inventory.FaultInjection;
import orderflow.inventory.InventoryService;
import orderflow.messaging.Broker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.notification.NotificationService;
import orderflow.notification.NotifierSettings;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running service and an HTTP client for it. */
final class ServiceUnderTest implements AutoCloseable {
  static final HttpSettings HTTP = HttpSettings.of("127.0.0.1", 0);

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PAGE = 1_000;

  private final RunningService service;

  private ServiceUnderTest(RunningService service) {
    this.service = service;
  }

  static ServiceUnderTest order(Broker broker, Path folder, HttpSettings http, long outboxLimit) {
    return new ServiceUnderTest(OrderService.start(settings(broker, folder, http), outboxLimit));
  }

  static ServiceUnderTest order(Broker broker, Path folder) {
    return order(broker, folder, HTTP, Long.MAX_VALUE);
  }

  static ServiceUnderTest inventory(Broker broker, Path folder) {
    return new ServiceUnderTest(
        InventoryService.start(settings(broker, folder, HTTP), FaultInjection.NONE));
  }

  static ServiceUnderTest notification(Broker broker, Path folder) {
    return new ServiceUnderTest(
        NotificationService.start(settings(broker, folder, HTTP), new NotifierSettings.Log()));
  }

  private static ServiceSettings settings(Broker broker, Path folder, HttpSettings http) {
    return new ServiceSettings(
        broker, folder, http, Clock.systemUTC(), RandomGenerator.of("L64X128MixRandom"));
  }

  /** A broker that is not there: TCP's port 1 has no listener. */
  static Broker noBroker() {
    return broker(URI.create("amqp://127.0.0.1:1"));
  }

  static Broker broker(URI uri) {
    return new RabbitBroker(BrokerSettings.of(uri, "test"));
  }

  int port() {
    return service.uri().getPort();
  }

  boolean isReady() {
    return service.isReady();
  }

  Reply get(String path) throws IOException {
    return RawHttpClient.once(port(), RawHttpClient.get(path));
  }

  /** The status field of the resource at {@code path}, or null when there is none. */
  @Nullable String status(String path) throws IOException {
    Reply reply = get(path);
    return switch (reply.status()) {
      case 200 -> JSON.readTree(reply.body()).path("status").stringValue();
      case 404 -> null;
      default -> throw new AssertionError(path + " was answered with " + reply);
    };
  }

  /** All rows of the list {@code name}, as JSON. */
  List<String> rows(String name) throws IOException {
    JsonNode page = JSON.readTree(get("/" + name + "?limit=" + PAGE).body());
    if (!page.path("next").isNull()) {
      throw new AssertionError("more than one page of " + name);
    }
    JsonNode rows = page.path(name);
    return IntStream.range(0, rows.size()).mapToObj(i -> rows.get(i).toString()).toList();
  }

  /** Human-readable: the depth of the outbox and why the service is not ready. */
  String condition() throws IOException {
    return outbox() + " to publish " + service.problems();
  }

  /** How many messages wait to be published. */
  int outbox() throws IOException {
    return metric("orderflow_outbox_entries{");
  }

  /** How many clients are connected, the one that asks included. */
  int connections() throws IOException {
    return metric("http_server_connections{");
  }

  /** The sum of the metrics whose line starts with the prefix. */
  int metric(String start) throws IOException {
    double sum =
        get("/metrics")
            .body()
            .lines()
            .filter(line -> line.startsWith(start))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .reduce(Double::sum)
            .orElse(Double.NaN);
    if (Double.isNaN(sum)) {
      throw new AssertionError("the metrics lack " + start);
    }
    return (int) sum;
  }

  @Override
  public void close() {
    service.close();
  }
}
