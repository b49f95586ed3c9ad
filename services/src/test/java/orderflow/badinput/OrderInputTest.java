package orderflow.badinput;

import static orderflow.badinput.RefusalMessages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The HTTP catalogue on the order service as it runs, with no broker: each bad request gets its
 * JSON error, creates no order and no event, and the next good order is accepted.
 *
 * <p>Where the catalogue and the design differ, the design holds. An order is accepted with 202,
 * also the first of a hundred at once. Ids are 1 to 128 characters of a set that also has the dot
 * and the colon, and one outside it is 400. A quantity of any wrong kind, {@code 1e999999}
 * included, is 422. An order has one item, so that there are no lines to count, to repeat or to sum
 * up. Unknown fields with any value are ignored, as long as the whole is strict JSON within the
 * limits. An item without a stock level is unlimited, not unknown.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderInputTest {
  private static final String ORDER = BadOrders.ORDER;

  private final LogCapture log = new LogCapture();

  @SuppressWarnings("NullAway.Init") // before all tests
  private ServiceUnderTest service;

  private int good;

  /** The visible state: the orders and the number of waiting events. */
  private record State(List<String> orders, int outbox) {}

  @BeforeAll
  void start(@TempDir Path folder) {
    service = ServiceUnderTest.order(ServiceUnderTest.noBroker(), folder);
  }

  @AfterAll
  void stop() {
    service.close();
    log.close();
  }

  @AfterEach
  void clientsCannotForgeLogLines() {
    log.requireClean(BadMessages.MARK);
  }

  static Stream<BadRequest> badOrders() {
    return BadOrders.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badOrders")
  void badRequestIsRefusedAndChangesNothing(BadRequest bad) throws IOException {
    State before = state();
    try (RawHttpClient client = new RawHttpClient(service.port())) {
      assertRefused(bad.status(), client.send(bad.request()).read());
      assertEquals(before, state());
      if (bad.closes()) {
        assertTrue(client.isClosedByServer());
      } else {
        String id = nextGood();
        assertTaken(id, client.send(RawHttpClient.post("/order", order(id))).read());
      }
    }
    assertTakesTheNextOrder();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void wrongMethodGets405WithAllow(String method) throws IOException {
    String request = RawHttpClient.get("/order").replace("GET", method);
    assertEquals("OPTIONS, POST", RawHttpClient.once(service.port(), request).header("allow"));
  }

  @Test
  void wrongHeadRequestIsRefusedWithoutBody() throws IOException {
    try (RawHttpClient client = new RawHttpClient(service.port())) {
      client.send(RawHttpClient.get("/order").replace("GET", "HEAD"));
      assertEquals(405, client.readHead().status());
      String id = nextGood();
      assertTaken(id, client.send(RawHttpClient.post("/order", order(id))).read());
    }
  }

  @Test
  void truncatedOrderIsRefused() throws IOException {
    String whole = RawHttpClient.post("/order", ORDER);
    String chunked = RawHttpClient.chunked("/order", BadOrders.chunk(ORDER));
    State before = state();
    for (String cut :
        List.of(
            whole.substring(0, 10),
            whole.substring(0, whole.length() - ORDER.length() - 1),
            whole.substring(0, whole.length() - 1),
            chunked,
            chunked.substring(0, chunked.length() - 5))) {
      try (RawHttpClient client = new RawHttpClient(service.port())) {
        assertRefused(400, client.send(cut).halfClose().read());
        assertTrue(client.isClosedByServer());
      }
    }
    assertEquals(before, state());
    assertTakesTheNextOrder();
  }

  @Test
  void bytesBehindTheContentLengthAreNotAnOrder() throws IOException {
    State before = state();
    String smuggled = RawHttpClient.post("/order", ORDER);
    String request = RawHttpClient.post("/order", "{").replace("Length: 1", "Length: 0") + smuggled;
    try (RawHttpClient client = new RawHttpClient(service.port())) {
      assertRefused(400, client.send(request).read());
      assertRefused(400, client.read());
      assertTrue(client.isClosedByServer());
    }
    assertEquals(before, state());
    assertTakesTheNextOrder();
  }

  @Test
  void valuesWithinTheLimitsAreAccepted() throws IOException {
    String widest = "x".repeat(128);
    for (String body :
        List.of(
            order("limit-qty").replace(":1", ":1000000"),
            order("limit-1").replace("widget", widest).replace("u1", widest),
            order(widest),
            order("A.b_c:d-9"),
            order("limit-2").replace("}", ",\"x\":" + "[".repeat(15) + "]".repeat(15) + "}"),
            order("limit-3").replace("}", ",\"x\":[1e999999,\"\\ud800\"],\"\":null}"),
            order("limit-4") + " ".repeat(BadOrders.MAX_BODY - order("limit-4").length()))) {
      assertEquals(
          202,
          RawHttpClient.once(service.port(), RawHttpClient.post("/order", body)).status(),
          body);
    }
    String chunks = BadOrders.chunk(order("limit-5")) + "0\r\n\r\n";
    assertEquals(
        202, RawHttpClient.once(service.port(), RawHttpClient.chunked("/order", chunks)).status());
  }

  @Test
  void unknownItemIsAccepted() throws IOException {
    String body = order("new-item").replace("widget", "no-such-item");
    assertTaken("new-item", RawHttpClient.once(service.port(), RawHttpClient.post("/order", body)));
  }

  @Test
  void repeatedOrderGetsTheSameResponse() throws IOException {
    Reply first = RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("same")));
    State before = state();
    String otherwise = order("same").replace("{", "{ ").replace(",\"", " ,\n\"");
    for (String body : List.of(order("same"), otherwise)) {
      Reply again = RawHttpClient.once(service.port(), RawHttpClient.post("/order", body));
      assertEquals(202, again.status());
      assertEquals(first.body(), again.body());
    }
    assertEquals(before, state());
  }

  @Test
  void sameIdWithOtherPayloadGets409() throws IOException {
    assertTaken(
        "torn", RawHttpClient.once(service.port(), RawHttpClient.post("/order", order("torn"))));
    State before = state();
    for (String other :
        List.of(
            order("torn").replace("widget", "zqxmark"),
            order("torn").replace(":1", ":2"),
            order("torn").replace("u1", "zqxmark"))) {
      assertRefused(409, RawHttpClient.once(service.port(), RawHttpClient.post("/order", other)));
    }
    assertEquals(before, state());
    assertTakesTheNextOrder();
  }

  @Test
  void hundredConcurrentRequestsMakeOneOrder() throws Exception {
    State before = state();
    var together = new CountDownLatch(1);
    List<Future<Reply>> replies = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        replies.add(
            clients.submit(() -> {
              together.await();
              return RawHttpClient.once(
                  service.port(), RawHttpClient.post("/order", order("crowd")));
            }));
      }
      together.countDown();
    }
    for (Future<Reply> reply : replies) {
      assertTaken("crowd", reply.get());
    }
    assertEquals(before.orders().size() + 1, state().orders().size());
    assertEquals(before.outbox() + 1, state().outbox());
  }

  @Test
  void hundredConcurrentPayloadsForOneIdAcceptOne() throws Exception {
    State before = state();
    List<Future<Reply>> replies = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 1; i <= 100; i++) {
        String body = order("quarrel").replace(":1", ":" + i);
        replies.add(
            clients.submit(
                () -> RawHttpClient.once(service.port(), RawHttpClient.post("/order", body))));
      }
    }
    int taken = 0;
    for (Future<Reply> reply : replies) {
      if (reply.get().status() == 202) {
        taken++;
      } else {
        assertRefused(409, reply.get());
      }
    }
    assertEquals(1, taken);
    assertEquals(before.orders().size() + 1, state().orders().size());
    assertEquals(before.outbox() + 1, state().outbox());
  }

  private State state() throws IOException {
    return new State(service.rows("orders"), service.outbox());
  }

  private void assertTakesTheNextOrder() throws IOException {
    int outbox = service.outbox();
    String id = nextGood();
    assertTaken(id, RawHttpClient.once(service.port(), RawHttpClient.post("/order", order(id))));
    assertEquals("accepted", service.status("/order/" + id));
    assertEquals(outbox + 1, service.outbox());
  }

  private static void assertTaken(String id, Reply reply) {
    assertEquals(202, reply.status(), reply.body());
    assertEquals("{\"status\":\"accepted\",\"order_id\":\"" + id + "\"}", reply.body());
  }

  private String nextGood() {
    return "good-" + good++;
  }

  private static String order(String id) {
    return ORDER.replace(BadMessages.MARK, id);
  }
}
