package orderflow.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import orderflow.http.HttpSettings;
import orderflow.inventory.FaultInjection;
import orderflow.inventory.InventoryService;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.Topology;
import orderflow.notification.NotificationService;
import orderflow.notification.NotifierSettings;
import orderflow.order.OrderService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.Amqp;
import orderflow.testing.Await;
import orderflow.testing.LogLines;
import orderflow.testing.RawHttpClient;
import orderflow.testing.SharedBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No statement of the services reads a whole table or sorts, so its speed does not depend on the
 * number of rows. The statements are those that are prepared while the simulation runs and while
 * three services answer all kinds of requests.
 */
@Timeout(180)
class QueryPlanTest {
  private static final String PREPARES = "Prepares ";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int SEEDS = 40;

  /** Statements that may scan. */
  private static final Pattern EXCEPTIONS =
      Pattern.compile(
          String.join(
              "|",
              // Bounded by its LIMIT, and for metrics only.
              "SELECT count\\(\\*\\) FROM \\(SELECT 1 FROM unsent .*",
              // Likewise, and reads only an index.
              "SELECT count\\(\\*\\) FROM \\(SELECT 1 FROM notifications WHERE status = 'given_up'"
                  + " LIMIT .*",
              // The store's own table with one row.
              "INSERT OR REPLACE INTO probes .*",
              // The simulation's own, which reads and clears whole tables.
              "SELECT count\\(\\*\\) FROM \\w+",
              "SELECT order_id, status FROM outcomes",
              "SELECT name FROM sqlite_master .*",
              "DELETE FROM \\w+"));

  @TempDir Path folder;

  private final SharedBroker broker = new SharedBroker();

  @Test
  void everyStatementUsesAnIndex() throws Exception {
    Set<String> statements = new TreeSet<>();
    try (var log = new LogLines("Store", Level.TRACE)) {
      SeedRunner.run(PlantedFault.NONE, SeedRunner.FROM, SEEDS, failures -> false);
      serve();
      log.at("TRACE").stream()
          .filter(line -> line.startsWith(PREPARES))
          .map(line -> line.substring(PREPARES.length()))
          .filter(sql -> sql.matches("(?s)(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE).*"))
          .forEach(statements::add);
    }
    assertTrue(statements.size() > 40, () -> "only " + statements);
    assertTrue(
        statements.stream().anyMatch(sql -> sql.contains("status = 'given_up' AND order_id >")),
        "notifications that were given up were never listed");
    List<String> slow = new ArrayList<>();
    for (String sql : statements) {
      if (!EXCEPTIONS.matcher(sql).matches()) {
        List<String> plan = plan(sql);
        boolean reads =
            plan.stream()
                .anyMatch(line -> line.matches("(SCAN (?!CONSTANT|\\().*|.*TEMP B-TREE.*)"));
        if (reads) {
          slow.add(sql + " -> " + plan);
        }
      }
    }
    assertEquals("", String.join("\n", slow));
  }

  /** With the tables of the services. */
  private List<String> plan(String sql) {
    SQLException unknown = null;
    for (String service : List.of("order", "inventory", "notification")) {
      try (Connection connection =
              DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(service + ".db"));
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + sql)) {
        List<String> plan = new ArrayList<>();
        while (rows.next()) {
          plan.add(rows.getString(4));
        }
        return plan;
      } catch (SQLException e) {
        unknown = e;
      }
    }
    throw new AssertionError("no service has the tables of " + sql, unknown);
  }

  /** Uses each function of the services once. */
  private void serve() throws Exception {
    try (RunningService order = OrderService.start(settings(), 1_000);
        RunningService inventory = InventoryService.start(settings(), FaultInjection.NONE);
        RunningService notification =
            NotificationService.start(settings(), new NotifierSettings.Log())) {
      for (String qty : List.of("1", "1", "2")) {
        RawHttpClient.once(
            order.uri().getPort(),
            RawHttpClient.post(
                "/order",
                "{\"order_id\":\"a\",\"item_id\":\"widget\",\"qty\":%s,\"user_id\":\"u\"}"
                    .formatted(qty)));
      }
      for (String queue : Topology.QUEUES) {
        put(queue, MessageProperties.none());
        put(queue, Amqp.properties(new BasicProperties.Builder().messageId("m")));
        put(queue, Amqp.properties(new BasicProperties.Builder().messageId("m")));
      }
      int port = inventory.uri().getPort();
      RawHttpClient.once(port, RawHttpClient.request("PUT", "/stock/widget", "{\"available\":5}"));
      Await.until(
          "the order is notified",
          LIMIT,
          () -> get(notification, "/notifications/a").contains("\"sent\""));
      for (String path : List.of("/orders", "/orders?after=A", "/order/a", "/metrics")) {
        get(order, path);
      }
      for (String path :
          List.of("/stock", "/stock/widget", "/reservations", "/reservations/a", "/metrics")) {
        get(inventory, path);
      }
      for (String path :
          List.of(
              "/notifications",
              "/notifications?after=A",
              "/notifications?status=given_up",
              "/notifications?status=given_up&after=A",
              "/notifications?status=pending",
              "/notifications?status=pending&after=A",
              "/metrics")) {
        get(notification, path);
      }
      for (String json : List.of("{\"order_ids\":[\"a\",\"b\"]}", "{\"all\":true}")) {
        RawHttpClient.Reply reply =
            RawHttpClient.once(
                notification.uri().getPort(), RawHttpClient.post("/notifications/resend", json));
        assertTrue(reply.body().contains("\"remaining\":0"), reply::body);
      }
      for (String queue : Topology.QUEUES) {
        Await.until(
            "dead letters of " + queue,
            LIMIT,
            () -> broker.waiting(Topology.deadLetterQueue(queue)).size() == 3);
      }
    }
  }

  private void put(String queue, MessageProperties properties) {
    broker.put(new Message("", queue, properties, "poison".getBytes(UTF_8)));
  }

  private static String get(RunningService service, String path) throws Exception {
    return Optional.of(RawHttpClient.once(service.uri().getPort(), RawHttpClient.get(path)))
        .map(RawHttpClient.Reply::body)
        .orElseThrow();
  }

  private ServiceSettings settings() {
    return new ServiceSettings(
        broker, folder, HttpSettings.of("127.0.0.1", 0), Clock.systemUTC(), new Random(1));
  }
}
