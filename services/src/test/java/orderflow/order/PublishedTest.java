package orderflow.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import orderflow.http.HttpSettings;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import orderflow.testing.OtherTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An order that is accepted while the broker is unreachable has no publish time. */
@ExtendWith(OtherTimeZone.class)
class PublishedTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final String UNREACHABLE = "amqp://127.0.0.1:1/";

  @TempDir Path folder = Path.of("");

  @Test
  void orderInTheOutboxIsNotPublished() throws Exception {
    var settings =
        new ServiceSettings(
            new RabbitBroker(BrokerSettings.of(URI.create(UNREACHABLE), "test")),
            folder,
            HttpSettings.of("127.0.0.1", 0),
            Clock.fixed(NOW, ZoneOffset.UTC),
            new Random(1));
    try (RunningService service = OrderService.start(settings, 1_000);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> placed =
          client.send(
              HttpRequest.newBuilder(service.uri().resolve("/order"))
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"order_id\":\"o1\",\"item_id\":\"w\",\"qty\":1,\"user_id\":\"u\"}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(202, placed.statusCode());

      HttpResponse<String> found =
          client.send(
              HttpRequest.newBuilder(service.uri().resolve("/order/o1")).build(),
              HttpResponse.BodyHandlers.ofString());

      assertTrue(found.body().contains("\"accepted_at\":\"" + NOW + "\""), found.body());
      assertTrue(found.body().contains("\"published_at\":null"), found.body());
      assertTrue(found.body().contains("\"confirmed_at\":null"), found.body());
    }
  }
}
