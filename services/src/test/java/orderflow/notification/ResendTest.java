package orderflow.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import orderflow.http.HttpSettings;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.Await;
import orderflow.testing.OtherTimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTP: notifications that were given up are listed, counted and resent. */
@ExtendWith(OtherTimeZone.class)
@Timeout(60)
class ResendTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private RunningService service;

  @BeforeEach
  void start() throws Exception {
    startService();
    service.close();
    try (var database =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("notification.db"));
        var statement = database.createStatement()) {
      statement.execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
              + " INSERT INTO notifications (order_id, user_id, status, attempts, error,"
              + " recorded_at, deliveries) SELECT 'o-' || i, 'u', 'given_up', 20, 'no such user',"
              + " 0, 1 FROM n");
    }
    startService();
  }

  private void startService() {
    service =
        NotificationService.start(
            new ServiceSettings(
                new RabbitBroker(BrokerSettings.of(URI.create("amqp://127.0.0.1:1"), "test")),
                folder,
                HttpSettings.of("127.0.0.1", 0),
                Clock.fixed(NOW, ZoneOffset.UTC),
                new Random(1)),
            new NotifierSettings.Log());
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void givenUpNotificationsAreListedCountedAndResent() throws Exception {
    assertTrue(
        metrics().contains("orderflow_notifications_given_up{service=\"notification\"} 700"));
    assertTrue(
        metrics()
            .contains(
                "orderflow_notifications_total{result=\"given_up\",service=\"notification\"} 0"));
    assertTrue(get("/notifications?status=given_up&limit=2").body().contains("\"no such user\""));
    assertEquals(400, get("/notifications?status=lost").statusCode());
    assertEquals(404, get("/notifications/resend").statusCode(), "there may be such an order");

    assertEquals(
        "{\"queued\":1,\"not_given_up\":[\"other\"],\"remaining\":699}",
        resend("{\"order_ids\":[\"o-7\",\"other\"]}").body());
    Await.until("sent", LIMIT, () -> get("/notifications/o-7").body().contains("\"sent\""));
    String sent = get("/notifications/o-7").body();
    assertTrue(sent.contains("\"recorded_at\":\"1970-01-01T00:00:00Z\""), sent);
    assertTrue(sent.contains("\"sent_at\":\"" + NOW + "\""), sent);
    assertEquals(
        "{\"queued\":0,\"not_given_up\":[\"o-7\"],\"remaining\":699}",
        resend("{\"order_ids\":[\"o-7\"]}").body(),
        "no user is notified twice");
    assertEquals(
        "{\"queued\":500,\"not_given_up\":[],\"remaining\":199}", resend("{\"all\":true}").body());
    assertEquals(
        "{\"queued\":199,\"not_given_up\":[],\"remaining\":0}", resend("{\"all\":true}").body());
    Await.until(
        "all sent",
        LIMIT,
        () -> get("/notifications?status=pending").body().startsWith("{\"notifications\":[]"));
    for (String bad : List.of("{}", "[]", "{\"all\":false}", "{\"order_ids\":[7]}", "{", "")) {
      assertEquals(400, resend(bad).statusCode(), bad);
    }
  }

  private String metrics() throws Exception {
    return get("/metrics").body();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(service.uri().resolve(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> resend(String json) throws Exception {
    return http.send(
        HttpRequest.newBuilder(service.uri().resolve("/notifications/resend"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }
}
