package orderflow.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Broker;
import orderflow.testing.Await;
import orderflow.testing.RawHttpClient;
import org.jspecify.annotations.Nullable;

/** The three services, each with its own store, on one broker. */
final class RunningFlow implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ServiceUnderTest order;
  private final ServiceUnderTest inventory;
  private final ServiceUnderTest notification;

  RunningFlow(URI uri, Path folder) throws Exception {
    Broker broker = ServiceUnderTest.broker(uri);
    order = ServiceUnderTest.order(broker, folder);
    inventory = ServiceUnderTest.inventory(broker, folder);
    notification = ServiceUnderTest.notification(broker, folder);
    for (ServiceUnderTest service : List.of(order, inventory, notification)) {
      Await.until("ready", LIMIT, service::isReady);
    }
  }

  /**
   * The traces of an order.
   *
   * @param status in the order service; null when it did not accept the order
   * @param reservation in inventory; null when there is none
   * @param notification in the notification service; null when there is none
   */
  record Traces(
      @Nullable String status, @Nullable String reservation, @Nullable String notification) {}

  Traces traces(String orderId) throws IOException {
    return new Traces(
        order.status("/order/" + orderId),
        inventory.status("/reservations/" + orderId),
        notification.status("/notifications/" + orderId));
  }

  /** All records of the services, without those of {@code except}. */
  List<String> state(String except) throws IOException {
    List<String> state = new ArrayList<>();
    state.addAll(order.rows("orders"));
    state.addAll(inventory.rows("reservations"));
    state.addAll(inventory.rows("stock"));
    state.addAll(notification.rows("notifications"));
    state.removeIf(row -> row.contains(except));
    return state;
  }

  /** Sends a good order through all queues, after the messages that wait in them. */
  void pass(OrderPlaced placed) throws Exception {
    String body = new String(EventCodec.encode(placed), UTF_8);
    int status = RawHttpClient.once(order.port(), RawHttpClient.post("/order", body)).status();
    if (status != 202) {
      throw new AssertionError("a good order was answered with " + status);
    }
    var through = new Traces("reserved", "reserved", "sent");
    Await.until(
        placed + " all the way through", LIMIT, () -> traces(placed.orderId()).equals(through));
  }

  /** Human-readable: the outbox of each service and why it is not ready. */
  String condition() throws IOException {
    return "order %s, inventory %s, notification %s"
        .formatted(order.condition(), inventory.condition(), notification.condition());
  }

  /** Returns once no service has anything left to publish. */
  void awaitPublished() throws Exception {
    for (ServiceUnderTest service : List.of(order, inventory, notification)) {
      Await.until("an empty outbox", LIMIT, () -> service.outbox() == 0);
    }
  }

  @Override
  public void close() {
    order.close();
    inventory.close();
    notification.close();
  }
}
