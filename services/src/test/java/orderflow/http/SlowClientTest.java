package orderflow.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.http.ClientConnection.Phase;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow clients get a timeout and never keep others out. */
@Timeout(60)
class SlowClientTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String HEAD_START = "GET /health HTTP/1.1\r\nHost: te";
  private static final String BODY_START =
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9000\r\n\r\nabc";

  private static HttpSettings timeouts(
      Duration header, Duration body, Duration write, Duration idle) {
    return HttpSettings.of("127.0.0.1", 0).withTimeouts(header, body, write, idle, LONG);
  }

  private static void assertServes(ServerFixture fixture) throws IOException {
    assertEquals(
        "{}", RawHttpClient.once(fixture.port(), RawHttpClient.post("/echo", "{}")).body());
  }

  @Test
  void slowHeadersGet408() throws Exception {
    try (ServerFixture fixture = new ServerFixture(timeouts(SHORT, LONG, LONG, LONG));
        RawHttpClient client = new RawHttpClient(fixture.port())) {
      Reply reply = client.drip(HEAD_START, "x");
      assertEquals(408, reply.status());
      assertEquals("close", reply.header("connection"));
      assertTrue(reply.body().startsWith("{\"error\":{\"code\":\"timeout\""), reply.body());
      assertTrue(client.isClosedByServer());
      assertServes(fixture);
    }
  }

  @Test
  void slowHeadersOfTheSecondRequestGet408() throws Exception {
    try (ServerFixture fixture = new ServerFixture(timeouts(SHORT, LONG, LONG, LONG));
        RawHttpClient client = new RawHttpClient(fixture.port())) {
      assertEquals(200, client.send(RawHttpClient.get("/health")).read().status());
      assertEquals(408, client.drip(HEAD_START, "x").status());
      assertTrue(client.isClosedByServer());
      assertServes(fixture);
    }
  }

  @Test
  void slowBodyGets408() throws Exception {
    String chunked =
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";
    try (ServerFixture fixture = new ServerFixture(timeouts(LONG, SHORT, LONG, LONG))) {
      for (String start : List.of(BODY_START, chunked)) {
        try (RawHttpClient client = new RawHttpClient(fixture.port())) {
          Reply reply = client.drip(start, start.equals(chunked) ? "1\r\na\r\n" : "a");
          assertEquals(408, reply.status());
          assertTrue(client.isClosedByServer());
        }
        assertServes(fixture);
      }
    }
  }

  @Test
  void idleConnectionIsClosedWithoutResponse() throws Exception {
    try (ServerFixture fixture = new ServerFixture(timeouts(LONG, LONG, LONG, SHORT));
        RawHttpClient silent = new RawHttpClient(fixture.port());
        RawHttpClient used = new RawHttpClient(fixture.port())) {
      assertEquals(200, used.send(RawHttpClient.get("/health")).read().status());
      assertTrue(silent.isClosedByServer());
      assertTrue(used.isClosedByServer());
      assertServes(fixture);
    }
  }

  @Test
  void clientThatDoesNotReadTheResponseIsClosed() throws Exception {
    try (ServerFixture fixture = new ServerFixture(timeouts(LONG, LONG, SHORT, LONG));
        RawHttpClient client = new RawHttpClient(fixture.port())) {
      client.send(RawHttpClient.get("/large"));
      Poll.until(() -> fixture.connections() == 1);
      awaitConnections(fixture, 0);
      assertThrows(IOException.class, client::read);
      assertServes(fixture);
    }
  }

  @Test
  void slowEndpointHasNoDeadline() throws Exception {
    try (ServerFixture fixture = new ServerFixture(timeouts(SHORT, SHORT, SHORT, SHORT));
        RawHttpClient client = new RawHttpClient(fixture.port())) {
      client.send(RawHttpClient.get("/gate"));
      fixture.entered.await();
      // Waits until a connection that opens now is closed as idle, which is after every timeout.
      try (RawHttpClient later = new RawHttpClient(fixture.port())) {
        assertTrue(later.isClosedByServer());
      }
      fixture.leave.countDown();
      assertEquals(200, client.read().status());
    }
  }

  @Test
  void idleConnectionsAreClosedForNewOnes() throws Exception {
    HttpSettings settings = ServerFixture.withLongTimeouts().withLimits(ServerFixture.MAX_BODY, 20);
    try (ServerFixture fixture = new ServerFixture(settings)) {
      List<RawHttpClient> idle = new ArrayList<>();
      try (RawHttpClient active = new RawHttpClient(fixture.port())) {
        for (int i = 0; i < 200; i++) {
          idle.add(new RawHttpClient(fixture.port()));
          assertEquals(200, active.send(RawHttpClient.get("/health")).read().status());
        }
        assertServes(fixture);
      }
      assertTrue(idle.getFirst().isClosedByServer());
      closeAll(idle);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HEAD_START, BODY_START})
  void slowRequestIsClosedForANewConnection(String start) throws Exception {
    HttpSettings settings = ServerFixture.withLongTimeouts().withLimits(ServerFixture.MAX_BODY, 1);
    try (ServerFixture fixture = new ServerFixture(settings);
        RawHttpClient dripping = new RawHttpClient(fixture.port())) {
      dripping.send(start);
      Poll.until(() -> fixture.connections(Phase.HEAD) + fixture.connections(Phase.BODY) == 1);
      Poll.untilServed(fixture.port());
      assertEquals(408, dripping.read().status());
    }
  }

  @Test
  void busyServerAnswers503WithRetryAfter() throws Exception {
    HttpSettings settings = ServerFixture.withLongTimeouts().withLimits(ServerFixture.MAX_BODY, 1);
    try (ServerFixture fixture = new ServerFixture(settings);
        RawHttpClient busy = new RawHttpClient(fixture.port())) {
      busy.send(RawHttpClient.get("/gate"));
      fixture.entered.await();
      try (RawHttpClient late = new RawHttpClient(fixture.port())) {
        Reply reply = late.send(RawHttpClient.get("/health")).read();
        assertEquals(503, reply.status());
        assertEquals("1", reply.header("retry-after"));
        assertTrue(reply.body().startsWith("{\"error\":{\"code\":\"overloaded\""), reply.body());
        assertTrue(late.isClosedByServer());
      }
      fixture.leave.countDown();
      assertEquals(200, busy.read().status());
      Poll.untilServed(fixture.port());
    }
  }

  @Test
  void memoryOfRequestBodiesIsLimited() throws Exception {
    int maxBody = 8 * 1024 * 1024;
    HttpSettings settings = ServerFixture.withLongTimeouts().withLimits(maxBody, 100);
    String start =
        "POST /echo HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: "
            + maxBody
            + "\r\n\r\n";
    try (ServerFixture fixture = new ServerFixture(settings);
        RawHttpClient first = new RawHttpClient(fixture.port())) {
      assertEquals(100, first.send(start).readHead().status());
      try (RawHttpClient second = new RawHttpClient(fixture.port());
          RawHttpClient third = new RawHttpClient(fixture.port())) {
        assertEquals(100, second.send(start).readHead().status());
        assertEquals(503, third.send(start).read().status());
        assertTrue(third.isClosedByServer());
      }
      assertServes(fixture);
      awaitConnections(fixture, 1);
      try (RawHttpClient fourth = new RawHttpClient(fixture.port())) {
        assertEquals(100, fourth.send(start).readHead().status());
        assertEquals(200, fourth.send("x".repeat(maxBody)).read().status());
      }
    }
  }

  @Test
  void memoryOfResponsesIsLimited() throws Exception {
    try (ServerFixture fixture = new ServerFixture(ServerFixture.withLongTimeouts())) {
      try (RawHttpClient slow = new RawHttpClient(fixture.port())) {
        slow.send(RawHttpClient.get("/large"));
        assertEquals(200, slow.readHead().status());
        Reply reply = RawHttpClient.once(fixture.port(), RawHttpClient.get("/large"));
        assertEquals(503, reply.status());
        assertEquals("1", reply.header("retry-after"));
        assertServes(fixture);
      }
      Poll.until(() -> fixture.connections(Phase.WRITE) == 0);
      assertEquals(200, RawHttpClient.once(fixture.port(), RawHttpClient.get("/large")).status());
    }
  }

  @Test
  void closeLetsARunningRequestFinish() throws Exception {
    try (ServerFixture fixture = new ServerFixture(ServerFixture.withLongTimeouts());
        RawHttpClient running = new RawHttpClient(fixture.port());
        RawHttpClient idle = new RawHttpClient(fixture.port())) {
      running.send(RawHttpClient.get("/gate"));
      fixture.entered.await();
      Poll.until(() -> fixture.connections() == 2);
      Thread closer = Thread.ofVirtual().start(fixture.server::close);
      assertTrue(idle.isClosedByServer());
      assertThrows(
          IOException.class,
          () -> RawHttpClient.once(fixture.port(), RawHttpClient.get("/health")));
      fixture.leave.countDown();
      Reply reply = running.read();
      assertEquals(200, reply.status());
      assertEquals("close", reply.header("connection"));
      assertTrue(running.isClosedByServer());
      closer.join();
    }
  }

  @Test
  void closeWaitsForTheDrainTimeoutOnly() throws Exception {
    HttpSettings settings =
        HttpSettings.of("127.0.0.1", 0).withTimeouts(LONG, LONG, LONG, LONG, SHORT);
    try (ServerFixture fixture = new ServerFixture(settings);
        RawHttpClient running = new RawHttpClient(fixture.port())) {
      running.send(RawHttpClient.get("/gate"));
      fixture.entered.await();
      fixture.server.close();
      assertThrows(EOFException.class, running::read);
    }
  }

  private static void closeAll(List<RawHttpClient> clients) throws IOException {
    for (RawHttpClient client : clients) {
      client.close();
    }
  }

  private static void awaitConnections(ServerFixture fixture, int most) {
    Poll.until(() -> fixture.connections() <= most);
  }
}
