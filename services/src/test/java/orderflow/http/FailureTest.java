package orderflow.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import orderflow.http.ClientConnection.Phase;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Errors inside the server, timeouts in its metrics, and shutdown in the middle of a response. */
@Timeout(60)
class FailureTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String HEAD_START = "GET /health HTTP/1.1\r\nHost: te";
  private static final String BODY_START =
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9000\r\n\r\nabc";

  private static HttpSettings impatient() {
    return HttpSettings.of("127.0.0.1", 0).withTimeouts(SHORT, SHORT, LONG, LONG, LONG);
  }

  @Test
  void deadlinesHoldAfterAnErrorInTheirThread() throws Exception {
    try (ServerFixture fixture = new ServerFixture(impatient());
        RawHttpClient unlucky = new RawHttpClient(fixture.port());
        RawHttpClient next = new RawHttpClient(fixture.port())) {
      AtomicBoolean thrown = new AtomicBoolean();
      fixture.metrics.config().meterFilter(new ThrowOnce(thrown));
      unlucky.send(HEAD_START);
      Poll.until(thrown::get);
      assertEquals(408, next.drip(HEAD_START, "x").status());
    }
  }

  private record ThrowOnce(AtomicBoolean thrown) implements MeterFilter {
    @Override
    public MeterFilterReply accept(Meter.Id id) {
      if ("408".equals(id.getTag("status")) && thrown.compareAndSet(false, true)) {
        throw new AssertionError("thrown by the test");
      }
      return MeterFilterReply.NEUTRAL;
    }
  }

  @Test
  void timedOutRequestsAreCountedAs408() throws Exception {
    try (ServerFixture fixture = new ServerFixture(impatient())) {
      for (String start : List.of(HEAD_START, BODY_START)) {
        try (RawHttpClient wire = new RawHttpClient(fixture.port())) {
          assertEquals(408, wire.send(start).read().status());
        }
      }
      Poll.until(() -> fixture.connections() == 0);
      String metrics =
          RawHttpClient.once(fixture.port(), RawHttpClient.get("/metrics"))
              .body()
              .lines()
              .filter(line -> line.startsWith("http_server_requests_seconds_count"))
              .sorted()
              .toList()
              .toString();
      assertEquals(
          "[http_server_requests_seconds_count{method=\"POST\",status=\"408\",uri=\"/echo\"} 1,"
              + " http_server_requests_seconds_count{method=\"UNKNOWN\",status=\"408\","
              + "uri=\"UNKNOWN\"} 1]",
          metrics);
    }
  }

  @Test
  void partOfAPipelinedRequestHasTheHeaderDeadline() throws Exception {
    HttpSettings settings =
        HttpSettings.of("127.0.0.1", 0).withTimeouts(SHORT, LONG, LONG, LONG, LONG);
    try (ServerFixture fixture = new ServerFixture(settings);
        RawHttpClient wire = new RawHttpClient(fixture.port())) {
      wire.send(RawHttpClient.get("/health") + HEAD_START);
      assertEquals(200, wire.read().status());
      assertEquals(408, wire.read().status());
    }
  }

  @Test
  void idleUploadsTakeNoMemory() throws Exception {
    try (ServerFixture fixture = new ServerFixture(ServerFixture.withLongTimeouts())) {
      List<RawHttpClient> idle = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String framing = i % 2 == 0 ? "Transfer-Encoding: chunked" : "Content-Length: 65536";
        RawHttpClient client = new RawHttpClient(fixture.port());
        idle.add(client.send("POST /echo HTTP/1.1\r\nHost: test\r\n" + framing + "\r\n\r\n"));
      }
      Poll.until(() -> fixture.connections(Phase.BODY) == idle.size());
      String body = "x".repeat(10_000);
      assertEquals(
          body, RawHttpClient.once(fixture.port(), RawHttpClient.post("/echo", body)).body());
      for (RawHttpClient client : idle) {
        client.close();
      }
    }
  }

  @Test
  void metricsAreServedWhenBodiesTakeAllMemory() throws Exception {
    int maxBody = 20 * 1024 * 1024;
    HttpSettings settings = ServerFixture.withLongTimeouts().withLimits(maxBody, 100);
    try (ServerFixture fixture = new ServerFixture(settings);
        RawHttpClient upload = new RawHttpClient(fixture.port())) {
      for (int i = 0; i < 300; i++) {
        fixture.metrics.counter("test.counter", "n", Integer.toString(i)).increment();
      }
      upload.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: " + maxBody + "\r\n\r\n");
      Poll.until(() -> fixture.connections(Phase.BODY) == 1);
      Reply large = RawHttpClient.once(fixture.port(), RawHttpClient.get("/large"));
      assertEquals(503, large.status());
      Reply metrics = RawHttpClient.once(fixture.port(), RawHttpClient.get("/metrics"));
      assertEquals(200, metrics.status());
      assertTrue(metrics.body().length() > 8_000);
    }
  }

  /** Clients that sent many requests at once and read late: some responses are under way. */
  @Test
  void closeCutsOffNoResponseThatHasBegun() throws Exception {
    List<RawHttpClient> clients = new ArrayList<>();
    Duration drain = Duration.ofSeconds(20);
    HttpSettings settings =
        ServerFixture.withLongTimeouts().withTimeouts(LONG, LONG, LONG, LONG, drain);
    try (ServerFixture fixture = new ServerFixture(settings)) {
      for (int i = 0; i < 12; i++) {
        RawHttpClient client = new RawHttpClient(fixture.port());
        clients.add(client.send(RawHttpClient.get("/items?limit=1000").repeat(3000)));
      }
      Poll.until(() -> fixture.connections(Phase.WRITE) == clients.size());
      Thread closer = Thread.ofVirtual().start(fixture.server::close);
      Poll.until(() -> isRefused(fixture.port()));
      for (RawHttpClient client : clients) {
        int responses = 0;
        while (!client.isClosedByServer()) {
          Reply reply = client.read();
          assertEquals(200, reply.status());
          responses++;
        }
        assertTrue(responses > 0);
        client.close();
      }
      closer.join();
    }
  }

  private static boolean isRefused(int port) {
    try (RawHttpClient _ = new RawHttpClient(port)) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
