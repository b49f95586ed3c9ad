package orderflow.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** A server with one route of each kind, and what tests look at behind it. */
final class ServerFixture implements AutoCloseable {
  static final int MAX_BODY = 64 * 1024;
  static final Duration SHORT = Duration.ofMillis(400);
  static final Duration LONG = Duration.ofSeconds(60);

  final Health health = new Health();
  final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final CountDownLatch entered = new CountDownLatch(1);
  final CountDownLatch leave = new CountDownLatch(1);
  final HttpServer server;

  ServerFixture(HttpSettings settings) {
    server = HttpServer.start(settings, health, metrics, routes());
  }

  /** Long timeouts: a test that waits for one fails. */
  static HttpSettings withLongTimeouts() {
    return HttpSettings.of("127.0.0.1", 0).withTimeouts(LONG, LONG, LONG, LONG, LONG);
  }

  /** Open connections, as the metrics tell it. */
  int connections() {
    return Arrays.stream(ClientConnection.Phase.values()).mapToInt(this::connections).sum();
  }

  int connections(ClientConnection.Phase phase) {
    String tag = phase.name().toLowerCase(Locale.ROOT);
    return (int) metrics.get("http.server.connections").tag("phase", tag).gauge().value();
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    leave.countDown();
    server.close();
    metrics.close();
  }

  private Routes routes() {
    return new Routes()
        .post("/echo", request -> new Response(200, request.body(), Map.of()))
        .get("/items/{id}", ServerFixture::item)
        .get("/items", ServerFixture::items)
        .put("/items/{id}/stock/{place}", ServerFixture::item)
        .get("/large", _ -> Response.json(200, new byte[32 * 1024 * 1024]))
        .get(
            "/gate",
            _ -> {
              entered.countDown();
              leave.await();
              return Response.empty(200);
            })
        .get(
            "/broken",
            _ -> {
              throw new IllegalStateException("password=hunter2");
            })
        .get(
            "/deep",
            _ -> {
              throw new StackOverflowError();
            })
        .get(
            "/error",
            _ -> {
              throw new AssertionError("password=hunter2");
            })
        .get(
            "/busy",
            _ -> {
              throw HttpProblem.unavailable("queue_full", "try again", 2);
            });
  }

  private static Response item(Request request) {
    Map<String, String> seen = new LinkedHashMap<>();
    seen.put("id", request.path("id"));
    request.query("q").ifPresent(q -> seen.put("q", q));
    return Response.json(200, seen);
  }

  private record Row(String id) {}

  private static Response items(Request request) {
    Page page = Page.of(request);
    int first = page.after() == null ? 1 : Integer.parseInt(page.after()) + 1;
    List<Row> rows =
        IntStream.rangeClosed(first, Math.min(250, first + page.fetch() - 1))
            .mapToObj(n -> new Row(Integer.toString(n)))
            .toList();
    return page.response("items", rows, Row::id);
  }
}
