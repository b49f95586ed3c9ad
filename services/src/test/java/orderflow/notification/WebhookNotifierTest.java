package orderflow.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import orderflow.notification.Notifier.Result;
import orderflow.testing.Certificates;
import orderflow.testing.ScriptedServer;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class WebhookNotifierTest {
  private static final Result SENT = new Result.Sent();
  private static final Pattern STATUS = Pattern.compile("\"status-(\\d+)\"");

  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path folder;

  private volatile String authorization = "";
  private final Map<String, String> bodiesByKey = new ConcurrentHashMap<>();
  private HttpServer server;

  /** Responds with 200, or with N to the order {@code status-N}. */
  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          bodiesByKey.put(exchange.getRequestHeaders().getFirst("Idempotency-Key"), body);
          authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
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
  void eachPostHasItsMessageIdAsIdempotencyKey() throws Exception {
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
            .mapToObj(i -> i == 60 ? notificationWithStatus(404) : notification("o-" + i))
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
    "401, Unreachable",
    "407, Unreachable",
    "429, Unreachable",
    "502, Unreachable",
    "503, Unreachable",
    "504, Unreachable",
  })
  void statusDecidesIfNotificationOrServerIsAtFault(int status, String kind) throws Exception {
    try (var notifier = notifier()) {
      Result result = notifier.send(List.of(notificationWithStatus(status))).getFirst();
      assertEquals(kind, result.getClass().getSimpleName());
    }
  }

  @Test
  void missingServerIsUnreachable() throws Exception {
    try (var notifier = notifier()) {
      server.stop(0);
      List<Result> results = notifier.send(List.of(notification("a"), notification("b")));
      assertEquals(2, results.size());
      assertTrue(results.stream().allMatch(Result.Unreachable.class::isInstance));
    }
  }

  /** The status decides: a body that never ends must not block other notifications. */
  @Test
  void statusCountsWhenTheBodyNeverEnds() throws Exception {
    try (var scripted = new ScriptedServer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        var notifier = notifier(scripted.uri(), SHORT)) {
      assertEquals(List.of(SENT), notifier.send(List.of(notification("a"))));
    }
  }

  @Test
  void slowResponseIsAbandonedWithinTheLimit() throws Exception {
    try (var scripted = new ScriptedServer("HTTP/1.1 200 OK\r\nX-Drip: ", "a");
        var notifier = notifier(scripted.uri(), SHORT)) {
      Result result = notifier.send(List.of(notification("a"))).getFirst();
      String why = assertInstanceOf(Result.Unreachable.class, result).reason();
      assertTrue(why.endsWith(" did not answer within 1 s"), why);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429, 7, PT7S",
    "503, 120, PT2M",
    "503, 99999, PT1H",
    "503, 99999999999999999999, PT1H",
    "503, 'Thu, 01 Jan 2026 00:01:00 GMT', PT1M",
    "503, 'Wed, 31 Dec 2025 00:00:00 GMT', PT0S",
    "503, soon, PT0S",
    "503, -5, PT0S",
  })
  void retryAfterPausesSendingForAtMostAnHour(int status, String retryAfter, Duration pause)
      throws Exception {
    try (var scripted =
            new ScriptedServer(
                "HTTP/1.1 %d Wait\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n"
                    .formatted(status, retryAfter));
        var notifier = notifier(scripted.uri(), Duration.ofSeconds(10))) {
      Result result = notifier.send(List.of(notification("a"))).getFirst();
      assertEquals(new Result.Unreachable("the webhook answered " + status, pause), result);
    }
  }

  @Test
  void credentialsAreSentAsBasicAuthAndNotShownInFailures() throws Exception {
    URI secret =
        URI.create(url().toString().replace("http://", "http://us%C3%A9r:p%40ss%3Aword%25@"));
    try (var notifier =
        new WebhookNotifier(new NotifierSettings.Webhook(secret), Clock.systemUTC())) {
      assertEquals(List.of(SENT), notifier.send(List.of(notification("a"))));
      assertEquals(
          "Basic " + Base64.getEncoder().encodeToString("us\u00e9r:p@ss:word%".getBytes(UTF_8)),
          authorization);
      server.stop(0);
      Result result = notifier.send(List.of(notification("a"))).getFirst();
      String why = assertInstanceOf(Result.Unreachable.class, result).reason();
      assertTrue(why.matches("the webhook at http://127.0.0.1:\\d+ is not reachable: .*"), why);
    }
  }

  @Test
  void tlsOptionsApplyAndTlsFailuresAreReported() throws Exception {
    var certificates = new Certificates(folder);
    Certificates.Pair pair = certificates.valid("localhost");
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(
        new HttpsConfigurator(TlsFiles.ofServer(pair.certificate(), pair.key()).context()));
    secure.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    secure.start();
    try {
      URI uri = URI.create("https://localhost:" + secure.getAddress().getPort() + "/");
      Result untrusted = send(uri, null);
      String why = assertInstanceOf(Result.Unreachable.class, untrusted).reason();
      assertTrue(why.contains("of an untrusted authority"), why);
      assertTrue(why.contains("--tls-ca"), why);
      assertEquals(SENT, send(uri, new TlsFiles(certificates.authority(), null, null, false)));
      assertEquals(SENT, send(uri, new TlsFiles(null, null, null, true)));
    } finally {
      secure.stop(0);
    }
  }

  private static Result send(URI uri, @Nullable TlsFiles tls) throws InterruptedException {
    try (var notifier =
        new WebhookNotifier(new NotifierSettings.Webhook(uri, tls), Clock.systemUTC())) {
      return notifier.send(List.of(notification("a"))).getFirst();
    }
  }

  private static WebhookNotifier notifier(URI uri, Duration limit) {
    var newYear = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    return new WebhookNotifier(new NotifierSettings.Webhook(uri), newYear, limit);
  }

  private static Notification notificationWithStatus(int status) {
    return notification("status-" + status);
  }

  private WebhookNotifier notifier() {
    return new WebhookNotifier(new NotifierSettings.Webhook(url()), Clock.systemUTC());
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  private static Notification notification(String orderId) {
    return new Notification(orderId, "u", null, null);
  }
}
