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
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import orderflow.notification.Notifier.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class WebhookNotifierTest {
  private static final Result SENT = new Result.Sent();
  private static final Pattern STATUS = Pattern.compile("\"status-(\\d+)\"");

  private final Map<String, String> bodiesByKey = new ConcurrentHashMap<>();
  private HttpServer server;

  /** Answers 200, but for the order {@code status-404} 404, and so on. */
  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          bodiesByKey.put(exchange.getRequestHeaders().getFirst("Idempotency-Key"), body);
          Matcher wanted = STATUS.matcher(body);
          exchange.sendResponseHeaders(wanted.find() ? Integer.parseInt(wanted.group(1)) : 200, -1);
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
      assertEquals(List.of(SENT), notifier.send(List.of(notification)));
      assertEquals(List.of(SENT), notifier.send(List.of(notification)));
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
  void resultsAreInOrder() throws Exception {
    List<Notification> many =
        IntStream.range(0, 100)
            .mapToObj(i -> i == 60 ? asking(404) : notification("o-" + i))
            .toList();
    try (var notifier = notifier()) {
      List<Result> results = notifier.send(many);
      assertEquals(new Result.Refused("the webhook answered 404"), results.get(60));
      assertEquals(99, results.stream().filter(SENT::equals).count());
    }
    assertEquals(100, bodiesByKey.size());
  }

  @ParameterizedTest
  @CsvSource({
    "200, Sent",
    "204, Sent",
    "302, Refused",
    "400, Refused",
    "404, Refused",
    "422, Refused",
    "408, Deferred",
    "500, Deferred",
    "501, Deferred",
    "429, Unreachable",
    "502, Unreachable",
    "503, Unreachable",
    "504, Unreachable",
  })
  void eachStatusIsHeldAgainstWhomItIsAbout(int status, String kind) throws Exception {
    try (var notifier = notifier()) {
      Result result = notifier.send(List.of(asking(status))).getFirst();
      assertEquals(kind, result.getClass().getSimpleName());
    }
  }

  @Test
  void aServerThatIsNotThereIsUnreachable() throws Exception {
    try (var notifier = notifier()) {
      server.stop(0);
      List<Result> results = notifier.send(List.of(notification("a"), notification("b")));
      assertEquals(2, results.size());
      assertTrue(results.stream().allMatch(Result.Unreachable.class::isInstance));
    }
  }

  private static Notification asking(int status) {
    return notification("status-" + status);
  }

  private WebhookNotifier notifier() {
    return new WebhookNotifier(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook"));
  }

  private static Notification notification(String orderId) {
    return new Notification(orderId, "u", null, null);
  }
}
