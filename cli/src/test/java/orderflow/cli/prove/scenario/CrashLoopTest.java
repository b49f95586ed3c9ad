package orderflow.cli.prove.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import orderflow.cli.client.ServiceName;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is killed repeatedly on a queue with a delivery limit. */
@RealRabbit(control = true)
final class CrashLoopTest {
  private static final int ORDERS = 300;
  private static final int DELIVERY_LIMIT = 5;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void crashLoopWithLockedStoreUsesNoDeliveryAndLosesNoOrder(RabbitNode rabbit) throws Exception {
    String uri = rabbit.freshUri();
    rabbit.ctl(
        "set_policy",
        "-p",
        uri.substring(uri.lastIndexOf('/') + 1),
        "limited",
        Topology.ORDER_PLACED,
        "{\"delivery-limit\": " + DELIVERY_LIMIT + "}");
    publish(uri, true);
    try (var services = new ServiceProcesses(uri, folder)) {
      services.launch(ServiceName.INVENTORY);
      Path store = folder.resolve("data").resolve("inventory.db");
      Await.until("the store is made", LIMIT, () -> Files.exists(store) && hasTables(store));
      awaitConsumer(services);
      services.kill(ServiceName.INVENTORY);
      publish(uri, false);
      try (java.sql.Connection other = DriverManager.getConnection("jdbc:sqlite:" + store);
          Statement statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        for (int crash = 0; crash <= DELIVERY_LIMIT; crash++) {
          long logged = Files.size(services.log());
          services.launch(ServiceName.INVENTORY);
          Await.until(
              "it waits for its store", LIMIT, () -> tail(services, logged).contains("lock"));
          services.kill(ServiceName.INVENTORY);
        }
        statement.execute("ROLLBACK");
      }
      services.launch(ServiceName.INVENTORY);
      Await.until("each order has its effect", LIMIT, () -> processed(services) == ORDERS);
      assertEquals("", deadLettered(services));
      String why = services.readiness(ServiceName.INVENTORY);
      assertTrue(
          why.contains("not_ready")
              && why.contains(Topology.ORDER_PLACED)
              && why.contains("quorum queue"),
          "it may lose messages, so it is not ready: " + why);
    }
  }

  private static boolean hasTables(Path store) {
    try (java.sql.Connection connection = DriverManager.getConnection("jdbc:sqlite:" + store);
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM outbox")) {
      return row.next();
    } catch (java.sql.SQLException e) {
      return false;
    }
  }

  private static long processed(ServiceProcesses services) throws IOException {
    return Files.readString(services.log())
        .lines()
        .filter(line -> line.contains("Processed order_id=crash-") && line.contains("reserved"))
        .count();
  }

  private static String tail(ServiceProcesses services, long from) throws IOException {
    String log = Files.readString(services.log());
    return log.substring((int) Math.min(from, log.length()));
  }

  private static void awaitConsumer(ServiceProcesses services) throws Exception {
    try (QueueBrowser browser = services.broker().withoutDeclaring().openBrowser()) {
      Await.until(
          "the service consumes",
          LIMIT,
          () -> browser.state(Topology.ORDER_PLACED).orElseThrow().consumers() == 1);
    }
  }

  private static String deadLettered(ServiceProcesses services) {
    try (QueueBrowser browser = services.broker().withoutDeclaring().openBrowser()) {
      long count = browser.depth(Topology.deadLetterQueue(Topology.ORDER_PLACED)).orElse(0);
      return count == 0 ? "" : count + " dead letters";
    }
  }

  /** Declares the queue like another program, or fills it. */
  private static void publish(String uri, boolean declaring) throws Exception {
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      if (declaring) {
        channel.queueDeclare(
            Topology.ORDER_PLACED, true, false, false, Map.of("x-queue-type", "quorum"));
        return;
      }
      channel.confirmSelect();
      for (int n = 0; n < ORDERS; n++) {
        String body =
            "{\"order_id\":\"crash-%d\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}"
                .formatted(n);
        channel.basicPublish(
            "order_events",
            "order.placed",
            new BasicProperties.Builder().deliveryMode(2).build(),
            body.getBytes(UTF_8));
      }
      channel.waitForConfirmsOrDie(30_000);
    }
  }
}
