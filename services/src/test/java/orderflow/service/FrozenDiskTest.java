package orderflow.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import orderflow.http.HttpSettings;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.order.OrderService;
import orderflow.testing.Await;
import orderflow.testing.FrozenDisk;
import orderflow.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FrozenDiskTest {
  private static final Duration NOTICED = Duration.ofSeconds(25);

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void serviceWithAFrozenDiskIsNotReadyAndRecovers() throws Exception {
    try (var disk = FrozenDisk.below(folder);
        var log = new LogLines("OrderService");
        var service =
            OrderService.start(
                new ServiceSettings(
                    new RabbitBroker(BrokerSettings.of(URI.create("amqp://127.0.0.1:1"), "test")),
                    disk.folder(),
                    HttpSettings.of("127.0.0.1", 0),
                    Clock.systemUTC(),
                    new Random(1)),
                1_000)) {
      URI uri = service.uri();
      assertEquals(202, place(uri, "before").get().statusCode());
      disk.freeze();
      try {
        CompletableFuture<HttpResponse<String>> hung = place(uri, "hung");
        Await.until(
            "the hanging disk is reported", NOTICED, () -> ready(uri).body().contains("stuck for"));
        HttpResponse<String> ready = ready(uri);
        assertEquals(503, ready.statusCode());
        assertTrue(ready.body().contains(" s in committing orders"), ready.body());
        assertEquals(503, hung.get().statusCode(), "answered within a limit");
        long begun = System.nanoTime();
        assertEquals(503, place(uri, "meanwhile").get().statusCode());
        assertTrue(System.nanoTime() - begun < Duration.ofSeconds(3).toNanos(), "refused at once");
        assertEquals(200, get(uri, "/metrics").statusCode());
        Await.until(
            "logged",
            NOTICED,
            () -> log.all().stream().anyMatch(line -> line.contains("store: stuck for")));
      } finally {
        disk.thaw(); // else the service cannot end either
      }
      Await.until("it goes on", NOTICED, () -> !ready(uri).body().contains("stuck for"));
      assertEquals(202, place(uri, "meanwhile").get().statusCode());
    }
  }

  private HttpResponse<String> ready(URI uri) throws Exception {
    return get(uri, "/health/ready");
  }

  private HttpResponse<String> get(URI uri, String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri.resolve(path)).timeout(Duration.ofSeconds(8)).build(),
        BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> place(URI uri, String orderId) {
    String json =
        "{\"order_id\":\"%s\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u\"}"
            .formatted(orderId);
    return http.sendAsync(
        HttpRequest.newBuilder(uri.resolve("/order"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }
}
