package orderflow.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.http.HttpSettings;
import orderflow.inventory.InventoryKnobs;
import orderflow.inventory.InventoryService;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.notification.NotificationService;
import orderflow.notification.NotifierSettings;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.Await;
import orderflow.testing.Wire;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The three services, each with its own store, on one broker. */
final class RunningFlow implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PAGE = 1_000;

  private final RunningService order;
  private final RunningService inventory;
  private final RunningService notification;

  RunningFlow(URI broker, Path folder) throws Exception {
    order = OrderService.start(settings(broker, folder), Long.MAX_VALUE);
    inventory = InventoryService.start(settings(broker, folder), InventoryKnobs.OFF);
    notification = NotificationService.start(settings(broker, folder), new NotifierSettings.Log());
    for (RunningService service : List.of(order, inventory, notification)) {
      Await.until("ready, but " + service.problems(), LIMIT, service::isReady);
    }
  }

  private static ServiceSettings settings(URI broker, Path folder) {
    return new ServiceSettings(
        new RabbitBroker(BrokerSettings.of(broker, "test")),
        folder,
        HttpSettings.of("127.0.0.1", 0),
        Clock.systemUTC(),
        RandomGenerator.of("L64X128MixRandom"));
  }

  /**
   * What can be seen of an order.
   *
   * @param status as the order service tells it; null when it never took it
   * @param reservation as inventory tells it; null when it decided nothing
   * @param notification as the notification service tells it; null when there is none
   */
  record Traces(
      @Nullable String status, @Nullable String reservation, @Nullable String notification) {}

  Traces traces(String orderId) throws IOException {
    return new Traces(
        status(order, "/order/" + orderId),
        status(inventory, "/reservations/" + orderId),
        status(notification, "/notifications/" + orderId));
  }

  /** All that the services have on record, but for what is {@code except}. */
  List<String> state(String except) throws IOException {
    List<String> state = new ArrayList<>();
    state.addAll(list(order, "orders"));
    state.addAll(list(inventory, "reservations"));
    state.addAll(list(inventory, "stock"));
    state.addAll(list(notification, "notifications"));
    state.removeIf(row -> row.contains(except));
    return state;
  }

  /** Sends a good order all the way through, past whatever waits before it in each queue. */
  void pass(OrderPlaced placed) throws Exception {
    String body = new String(EventCodec.encode(placed), UTF_8);
    int status = Wire.once(port(order), Wire.post("/order", body)).status();
    if (status != 202) {
      throw new AssertionError("a good order was answered with " + status);
    }
    var through = new Traces("reserved", "reserved", "sent");
    Await.until(
        placed + " all the way through", LIMIT, () -> traces(placed.orderId()).equals(through));
  }

  /** Returns once no service has anything left to publish. */
  void awaitPublished() throws Exception {
    for (RunningService service : List.of(order, inventory, notification)) {
      Await.until("an empty outbox", LIMIT, () -> outbox(service) == 0);
    }
  }

  private static double outbox(RunningService service) throws IOException {
    String name = "orderflow_outbox_entries{";
    return Wire.once(port(service), Wire.get("/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private static @Nullable String status(RunningService service, String path) throws IOException {
    Wire.Reply reply = Wire.once(port(service), Wire.get(path));
    return switch (reply.status()) {
      case 200 -> JSON.readTree(reply.body()).path("status").stringValue();
      case 404 -> null;
      default -> throw new AssertionError(path + " was answered with " + reply);
    };
  }

  private static List<String> list(RunningService service, String name) throws IOException {
    Wire.Reply reply = Wire.once(port(service), Wire.get("/" + name + "?limit=" + PAGE));
    JsonNode page = JSON.readTree(reply.body());
    if (!page.path("next").isNull()) {
      throw new AssertionError("more than one page of " + name);
    }
    JsonNode rows = page.path(name);
    return IntStream.range(0, rows.size()).mapToObj(i -> rows.get(i).toString()).toList();
  }

  private static int port(RunningService service) {
    return service.uri().getPort();
  }

  @Override
  public void close() {
    order.close();
    inventory.close();
    notification.close();
  }
}
