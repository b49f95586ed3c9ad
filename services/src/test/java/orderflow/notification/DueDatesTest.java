package orderflow.notification;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import orderflow.http.HttpSettings;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a running notification service sends the notifications in its database. */
@Timeout(60)
class DueDatesTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int RETRY_AFTER_SECONDS = 6;

  @TempDir Path folder;

  private final List<Long> calls = new CopyOnWriteArrayList<>();
  private HttpServer webhook;
  private RunningService service;
  private volatile boolean overloaded;

  @BeforeEach
  void start() throws Exception {
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext("/", this::call);
    webhook.start();
    startService();
    service.close(); // it has made its tables
  }

  @AfterEach
  void stop() {
    service.close();
    webhook.stop(0);
  }

  private void call(HttpExchange exchange) throws IOException {
    try (exchange) {
      calls.add(System.nanoTime());
      exchange.getRequestBody().readAllBytes();
      if (overloaded) {
        overloaded = false;
        exchange.getResponseHeaders().add("Retry-After", String.valueOf(RETRY_AFTER_SECONDS));
        exchange.sendResponseHeaders(503, -1);
      } else {
        exchange.sendResponseHeaders(200, -1);
      }
    }
  }

  private void startService() {
    service =
        NotificationService.start(
            new ServiceSettings(
                new RabbitBroker(BrokerSettings.of(URI.create("amqp://127.0.0.1:1"), "test")),
                folder,
                HttpSettings.of("127.0.0.1", 0),
                Clock.systemUTC(),
                new Random(1)),
            new NotifierSettings.Webhook(
                URI.create("http://127.0.0.1:" + webhook.getAddress().getPort() + "/")));
  }

  private void startWithANotificationDue(Duration later) throws Exception {
    long now = Instant.now().toEpochMilli();
    try (var database =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("notification.db"));
        var statement = database.createStatement()) {
      statement.execute(
          "INSERT INTO notifications (order_id, user_id, status, attempts, recorded_at, deliveries)"
              + " VALUES ('a', 'u', 'pending', 0, "
              + now
              + ", 1)");
      statement.execute(
          "INSERT INTO unsent (order_id, due_at) VALUES ('a', " + (now + later.toMillis()) + ")");
    }
    startService();
  }

  @Test
  void dueDateOfAClockThatWasADayAheadIsCorrected() throws Exception {
    startWithANotificationDue(Duration.ofDays(1));
    Await.until("the webhook is called", LIMIT, () -> calls.size() == 1);
  }

  @Test
  void overloadedWebhookIsCalledAgainAfterItsRetryAfter() throws Exception {
    overloaded = true;
    startWithANotificationDue(Duration.ZERO);
    Await.until("the webhook is called again", LIMIT, () -> calls.size() == 2);
    Duration pause = Duration.ofNanos(calls.get(1) - calls.get(0));
    assertTrue(
        pause.compareTo(Duration.ofSeconds(RETRY_AFTER_SECONDS)) >= 0,
        () -> "called again after " + pause.toMillis() + " ms");
  }
}
