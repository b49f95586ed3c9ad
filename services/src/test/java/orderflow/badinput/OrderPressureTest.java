package orderflow.badinput;

import static orderflow.badinput.RefusalMessages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.http.HttpSettings;
import orderflow.testing.Await;
import orderflow.testing.RabbitNode;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Slow clients, and more orders than the order service can accept: it reports that, accepts no
 * order partly, and serves the others.
 */
@Timeout(120)
class OrderPressureTest {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private int good;

  @Test
  void slowHeadersGet408() throws Exception {
    try (ServiceUnderTest service =
            served(ServiceUnderTest.HTTP.withTimeouts(SHORT, LONG, LONG, LONG, LONG));
        RawHttpClient client = new RawHttpClient(service.port())) {
      Reply reply = client.drip("POST /order HTTP/1.1\r\nHost: te", "x");
      assertCutOff(service, client, reply);
    }
  }

  @Test
  void slowOrderGets408() throws Exception {
    String whole = RawHttpClient.post("/order", BadOrders.padded(9_000));
    String start = whole.substring(0, whole.indexOf('{'));
    String chunked = RawHttpClient.chunked("/order", BadOrders.chunk(BadOrders.ORDER));
    try (ServiceUnderTest service = served(bodyTimeout())) {
      for (List<String> slow :
          List.of(
              List.of(start, "{"),
              List.of(chunked, "1\r\n \r\n"),
              List.of(whole.substring(0, 5_000), " "))) {
        try (RawHttpClient client = new RawHttpClient(service.port())) {
          assertCutOff(service, client, client.drip(slow.get(0), slow.get(1)));
        }
      }
    }
  }

  @Test
  void missingBodyBytesGet408() throws Exception {
    String wrongLength =
        RawHttpClient.post("/order", BadOrders.ORDER).replace("Length: ", "Length: 1");
    try (ServiceUnderTest service = served(bodyTimeout());
        RawHttpClient client = new RawHttpClient(service.port())) {
      assertCutOff(service, client, client.send(wrongLength).read());
    }
  }

  /** The unread responses exceed all buffers between server and client. */
  @Test
  void clientThatDoesNotReadItsResponsesIsClosed() throws Exception {
    int requests = 500;
    try (ServiceUnderTest service =
            served(ServiceUnderTest.HTTP.withTimeouts(LONG, LONG, SHORT, LONG, LONG));
        RawHttpClient client = new RawHttpClient(service.port())) {
      for (int i = 0; i < 300; i++) {
        assertTakesTheNextOrder(service);
      }
      client.send(RawHttpClient.get("/orders?limit=1000").repeat(requests));
      Await.until("the connection is closed", LIMIT, () -> service.connections() == 1);
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < requests; i++) {
              assertEquals(200, client.read().status());
            }
          });
      assertTakesTheNextOrder(service);
    }
  }

  @Test
  void busyConnectionsAnswer503WithRetryAfter() throws Exception {
    List<RawHttpClient> busy = new ArrayList<>();
    HttpSettings four = ServiceUnderTest.HTTP.withLimits(BadOrders.MAX_BODY, 4);
    try (ServiceUnderTest service = served(four);
        Connection other = database();
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      for (int i = 0; i < 4; i++) {
        busy.add(awaitingBody(service, "busy-" + i));
      }
      for (int i = 0; i < 4; i++) {
        busy.get(i).send(order("busy-" + i));
      }
      try (RawHttpClient late = new RawHttpClient(service.port())) {
        Reply reply = late.send(RawHttpClient.post("/order", order("late"))).read();
        assertRefused(503, reply);
        assertEquals("1", reply.header("retry-after"));
        assertTrue(late.isClosedByServer());
      }
      statement.execute("ROLLBACK");
      for (RawHttpClient client : busy) {
        // Depends on the speed of the machine: the lock may be released too late.
        Reply reply = client.read();
        assertTrue(reply.status() == 202 || reply.status() == 503, reply.body());
        client.close();
      }
      Await.until(
          "the order is accepted",
          LIMIT,
          () ->
              RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("late")))
                      .status()
                  == 202);
      for (int i = 0; i < 4; i++) {
        String request = RawHttpClient.post("/order", order("busy-" + i));
        assertEquals(202, RawHttpClient.once(service.port(), request).status());
      }
      assertEquals(5, service.rows("orders").size());
      assertEquals(5, service.outbox());
    }
  }

  /** A connection that got 100 (Continue) and has not sent its order yet. */
  private static RawHttpClient awaitingBody(ServiceUnderTest service, String id)
      throws IOException {
    RawHttpClient client = new RawHttpClient(service.port());
    String request = RawHttpClient.post("/order", order(id), "Expect: 100-continue");
    client.send(request.substring(0, request.indexOf('{')));
    assertEquals(100, client.readHead().status());
    return client;
  }

  @Test
  void lockedDatabaseAnswers503WithRetryAfter() throws Exception {
    try (ServiceUnderTest service = served(ServiceUnderTest.HTTP)) {
      assertTakesTheNextOrder(service);
      try (Connection other = database();
          Statement statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        Reply reply =
            RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("locked")));
        assertRefused(503, reply);
        assertEquals("1", reply.header("retry-after"));
      }
      assertEquals(404, service.get("/order/locked").status());
      assertEquals(1, service.outbox());
      assertTakesTheNextOrder(service);
      assertEquals(
          202,
          RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("locked")))
              .status());
    }
  }

  @Test
  @RealRabbit
  void fullOutboxRefusesNewOrdersAndAnswersKnownOnes(RabbitNode rabbit) throws Exception {
    var broker = new LateBroker();
    try (ServiceUnderTest service =
        ServiceUnderTest.order(broker, folder, ServiceUnderTest.HTTP, 3)) {
      for (int i = 0; i < 3; i++) {
        assertTakesTheNextOrder(service);
      }
      Reply reply = RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("late")));
      assertRefused(503, reply);
      assertEquals("1", reply.header("retry-after"));
      assertEquals(3, service.rows("orders").size());
      assertEquals(3, service.outbox());
      assertEquals(
          202,
          RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("good-0")))
              .status());
      String torn = order("good-0").replace(":1", ":2");
      assertRefused(409, RawHttpClient.once(service.port(), RawHttpClient.post("/order", torn)));

      broker.arrive(ServiceUnderTest.broker(URI.create(rabbit.freshUri())));

      Await.until("the outbox empties", LIMIT, () -> service.outbox() == 0);
      assertEquals(
          202,
          RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("late"))).status());
      assertEquals(4, service.rows("orders").size());
    }
  }

  private ServiceUnderTest served(HttpSettings http) {
    return ServiceUnderTest.order(ServiceUnderTest.noBroker(), folder, http, Long.MAX_VALUE);
  }

  private static HttpSettings bodyTimeout() {
    return ServiceUnderTest.HTTP.withTimeouts(LONG, SHORT, LONG, LONG, LONG);
  }

  private Connection database() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("order.db"));
  }

  private void assertCutOff(ServiceUnderTest service, RawHttpClient client, Reply reply)
      throws IOException {
    int orders = service.rows("orders").size();
    assertRefused(408, reply);
    assertEquals("close", reply.header("connection"));
    assertTrue(client.isClosedByServer());
    assertEquals(good, orders);
    assertEquals(good, service.outbox());
    assertTakesTheNextOrder(service);
  }

  private void assertTakesTheNextOrder(ServiceUnderTest service) throws IOException {
    String id = "good-" + good++;
    assertEquals(
        202, RawHttpClient.once(service.port(), RawHttpClient.post("/order", order(id))).status());
    assertEquals("accepted", service.status("/order/" + id));
  }

  private static String order(String id) {
    return BadOrders.ORDER.replace(BadMessages.MARK, id);
  }
}
