package orderflow.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;
import orderflow.testing.LogLines;
import orderflow.testing.RawHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue or binding is deleted while its service is stopped. */
public abstract class LostTopologyContract {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String QUEUE = Topology.INVENTORY_RESERVED;

  @TempDir Path folder;

  /** A broker without declared topology. */
  protected abstract URI freshUri() throws Exception;

  @Test
  void deletedQueueIsDeclaredAgainAndReportedOnceWithoutItsConsumer() throws Exception {
    URI uri = freshUri();
    var broker = (RabbitBroker) ServiceUnderTest.broker(uri);
    try (var log = new LogLines("Topology");
        ServiceUnderTest order = ServiceUnderTest.order(broker, folder);
        ServiceUnderTest inventory = ServiceUnderTest.inventory(broker, folder);
        QueueBrowser browser = broker.withoutDeclaring().openBrowser()) {
      Await.until("ready", LIMIT, () -> order.isReady() && inventory.isReady());
      place(order, "before");
      Await.until("reserved", LIMIT, () -> browser.depth(QUEUE).orElse(0) == 1);
      broker.deleteQueue(QUEUE);
      Await.until("the queue is there again", LIMIT, () -> browser.depth(QUEUE).isPresent());
      place(order, "after");
      try (ServiceUnderTest notification = ServiceUnderTest.notification(broker, folder)) {
        Await.until(
            "the second is notified",
            LIMIT,
            () -> "sent".equals(notification.status("/notifications/after")));
      }
      assertTrue(order.isReady() && inventory.isReady());
      List<String> reports = log.all().stream().filter(line -> line.startsWith("ERROR")).toList();
      assertEquals(1, reports.size(), reports::toString);
      assertTrue(reports.getFirst().contains(QUEUE), reports::toString);
      Await.until(
          "the message is counted", LIMIT, () -> redeclared(order) + redeclared(inventory) == 1);
    }
  }

  @Test
  void unboundQueueIsBoundAgain() throws Exception {
    URI uri = freshUri();
    var broker = (RabbitBroker) ServiceUnderTest.broker(uri);
    try (ServiceUnderTest order = ServiceUnderTest.order(broker, folder);
        ServiceUnderTest inventory = ServiceUnderTest.inventory(broker, folder);
        QueueBrowser browser = broker.withoutDeclaring().openBrowser()) {
      Await.until("ready", LIMIT, () -> order.isReady() && inventory.isReady());
      unbind(uri);
      var number = new AtomicInteger();
      Await.until(
          "orders reach it again",
          LIMIT,
          () -> {
            place(order, "o-" + number.incrementAndGet());
            return browser.depth(QUEUE).orElse(0) > 0;
          });
    }
  }

  private static void unbind(URI uri) throws Exception {
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      channel.queueUnbind(QUEUE, "inventory_events", "inventory.reserved");
    }
  }

  private static void place(ServiceUnderTest order, String id) throws IOException {
    String body =
        "{\"order_id\":\"%s\",\"item_id\":\"w\",\"qty\":1,\"user_id\":\"u\"}".formatted(id);
    assertEquals(
        202, RawHttpClient.once(order.port(), RawHttpClient.post("/order", body)).status());
  }

  private static long redeclared(ServiceUnderTest service) throws IOException {
    return service
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("orderflow_queue_redeclared_total"))
        .filter(line -> line.contains("queue=\"" + QUEUE + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.replaceFirst(".* ", "")))
        .sum();
  }
}
