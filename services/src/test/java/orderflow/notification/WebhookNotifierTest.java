package orderflow.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebhookNotifierTest {
  private final Map<String, String> bodiesByKey = new ConcurrentHashMap<>();
  private HttpServer server;

  /** Answers 200, but 500 for the order {@code broken} and a redirect for {@code moved}. */
  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          bodiesByKey.put(exchange.getRequestHeaders().getFirst("Idempotency-Key"), body);
          int status = body.contains("\"broken\"") ? 500 : body.contains("\"moved\"") ? 302 : 200;
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void eachIsPostedUnderItsMessageIdSoThatAResendCanBeTold() throws Exception {
    var notification = new Notification("a", "u", "widget", 2);
    try (var notifier = notifier()) {
      assertEquals(List.of(Optional.empty()), notifier.send(List.of(notification)));
      assertEquals(List.of(Optional.empty()), notifier.send(List.of(notification)));
    }
    String id = notification.messageId();
    assertEquals(
        Map.of(
            id,
            "{\"message_id\":\""
                + id
                + "\",\"order_id\":\"a\",\"user_id\":\"u\",\"item_id\":\"widget\",\"qty\":2}"),
        bodiesByKey);
  }

  @Test
  void resultsAreInOrderAndAnyStatusButSuccessIsAFailure() throws Exception {
    List<Notification> many =
        IntStream.range(0, 100)
            .mapToObj(i ->
                switch (i) {
                  case 7 -> notification("broken");
                  case 60 -> notification("moved");
                  default -> notification("o-" + i);
                })
            .toList();
    try (var notifier = notifier()) {
      List<Optional<String>> results = notifier.send(many);
      assertEquals(Optional.of("the webhook answered 500"), results.get(7));
      assertEquals(Optional.of("the webhook answered 302"), results.get(60));
      assertEquals(98, results.stream().filter(Optional::isEmpty).count());
    }
    assertEquals(100, bodiesByKey.size());
  }

  @Test
  void aServerThatIsNotThereFailsEachAndThrowsNothing() throws Exception {
    try (var notifier = notifier()) {
      server.stop(0);
      List<Optional<String>> results = notifier.send(List.of(notification("a"), notification("b")));
      assertEquals(2, results.size());
      assertTrue(results.stream().allMatch(Optional::isPresent));
    }
  }

  private WebhookNotifier notifier() {
    return new WebhookNotifier(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook"));
  }

  private static Notification notification(String orderId) {
    return new Notification(orderId, "u", null, null);
  }
}
