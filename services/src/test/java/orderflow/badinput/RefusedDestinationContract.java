package orderflow.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import orderflow.messaging.Broker;
import orderflow.messaging.Topology;
import orderflow.testing.Await;
import orderflow.testing.RawHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One destination that refuses messages, on the three services as they run, on each kind of broker:
 * the others get theirs, each message is delivered once, and the waiting messages are published
 * without help.
 */
@TestInstance(Lifecycle.PER_METHOD)
@Timeout(180)
public abstract class RefusedDestinationContract {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String DEAD_LETTERS = Topology.deadLetterQueue(Topology.ORDER_PLACED);
  private static final String CHECK = "relay-" + DEAD_LETTERS;
  private static final BasicProperties NONE = new BasicProperties.Builder().build();

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private ForeignClient client;

  @SuppressWarnings("NullAway.Init") // by start
  private ServiceUnderTest order;

  @SuppressWarnings("NullAway.Init") // by start
  private ServiceUnderTest inventory;

  @SuppressWarnings("NullAway.Init") // by start
  private ServiceUnderTest notification;

  private @Nullable URI uri;

  /** A broker with nothing declared yet. */
  protected abstract URI freshUri() throws Exception;

  /** Arguments of a queue that holds one message and refuses others. */
  protected abstract Map<String, Object> full();

  /** To be called before each test. */
  protected final void connect() throws Exception {
    uri = freshUri();
    client = new ForeignClient(uri);
    open.add(client);
  }

  /** To be called after each test, before the broker ends. */
  @AfterEach
  protected final void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    open.clear();
  }

  private void start() throws Exception {
    Broker broker = ServiceUnderTest.broker(Objects.requireNonNull(uri));
    order = ServiceUnderTest.order(broker, folder);
    inventory = ServiceUnderTest.inventory(broker, folder);
    notification = ServiceUnderTest.notification(broker, folder);
    for (ServiceUnderTest service : List.of(order, inventory, notification)) {
      open.add(service);
      Await.until("ready", LIMIT, service::isReady);
    }
  }

  @Test
  void fullDeadLetterQueueDelaysNoEventAndGetsEachDeadLetterOnceInOrder() throws Exception {
    client.declare(DEAD_LETTERS, full());
    start();
    for (int n = 1; n <= 5; n++) {
      client.publish("", Topology.ORDER_PLACED, NONE, ("poison " + n).getBytes(UTF_8));
    }
    Await.until("not ready", LIMIT, () -> !inventory.isReady());
    String why = inventory.get("/health/ready").body();
    assertTrue(why.contains("\"" + CHECK + "\":\"" + DEAD_LETTERS), why);
    for (int n = 0; n < 20; n++) {
      pass("good-" + n);
    }
    assertTrue(client.depth(DEAD_LETTERS) <= 2, "a little more than its limit may get in");
    assertEquals(0, client.depth(Topology.ORDER_OUTCOME));

    List<String> taken = new ArrayList<>();
    for (int n = 1; n <= 5; n++) {
      taken.add(new String(client.take(DEAD_LETTERS).body(), UTF_8));
    }
    assertEquals(IntStream.rangeClosed(1, 5).mapToObj(n -> "poison " + n).toList(), taken);
    Await.until("ready again", LIMIT, inventory::isReady);
    assertEquals(0, client.depth(DEAD_LETTERS), "no copies");
    assertEquals(0, inventory.outbox());
  }

  @Test
  void deletedDeadLetterQueueDelaysNoEventAndIsDeclaredAgain() throws Exception {
    start();
    client.delete(DEAD_LETTERS);
    client.publish("", Topology.ORDER_PLACED, NONE, "poison".getBytes(UTF_8));
    for (int n = 0; n < 3; n++) {
      pass("good-" + n);
    }
    Await.until("no dead letter waits", LIMIT, () -> inventory.outbox() == 0);
    assertEquals("poison", new String(client.take(DEAD_LETTERS).body(), UTF_8));
    Await.until("ready again", LIMIT, inventory::isReady);
    assertEquals(0, client.depth(DEAD_LETTERS), "no copies");
  }

  /**
   * Another program declared a transient queue, which would lose dead letters at a restart. For
   * brokers that refuse a different declaration.
   */
  protected final void transientQueueStopsOnlyItsOwnMessages() throws Exception {
    client.declareTransient(DEAD_LETTERS);
    client.declare(Topology.ORDER_PLACED, Map.of());
    Broker broker = ServiceUnderTest.broker(Objects.requireNonNull(uri));
    order = ServiceUnderTest.order(broker, folder);
    inventory = ServiceUnderTest.inventory(broker, folder);
    notification = ServiceUnderTest.notification(broker, folder);
    open.addAll(List.of(order, inventory, notification));
    client.publish("", Topology.ORDER_PLACED, NONE, "poison".getBytes(UTF_8));
    pass("good");
    Await.until(
        "it is named",
        LIMIT,
        () ->
            inventory.get("/health/ready").body().contains("\"topology\":\"")
                && inventory
                    .get("/health/ready")
                    .body()
                    .contains("\"" + CHECK + "\":\"" + DEAD_LETTERS));
    assertEquals(0, client.depth(DEAD_LETTERS));

    client.delete(DEAD_LETTERS);
    for (ServiceUnderTest service : List.of(order, inventory, notification)) {
      Await.until("ready", LIMIT, service::isReady);
    }
    assertEquals("poison", new String(client.take(DEAD_LETTERS).body(), UTF_8));
  }

  /** A step of a test. */
  protected interface Action {
    void run() throws Exception;
  }

  /** For brokers whose queues can get a limit later. */
  protected final void deadLettersArriveOnceTheQueueHasNoLimit(
      Map<String, Object> arguments, Action limit, Action unlimit) throws Exception {
    client.declare(DEAD_LETTERS, arguments);
    limit.run();
    start();
    Await.until(
        "not ready",
        LIMIT,
        () -> {
          client.publish("", Topology.ORDER_PLACED, NONE, "poison".getBytes(UTF_8));
          return !inventory.isReady();
        });
    Thread.sleep(Duration.ofSeconds(4)); // a limit that is removed at once leaves no trace
    unlimit.run();
    Await.until("no dead letter waits", LIMIT.multipliedBy(3), () -> inventory.outbox() == 0);
    Await.until("ready again", LIMIT, inventory::isReady);
  }

  /** Sends an order through the whole flow. */
  private void pass(String orderId) throws Exception {
    String body =
        "{\"order_id\":\"%s\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u\"}"
            .formatted(orderId);
    assertEquals(
        202, RawHttpClient.once(order.port(), RawHttpClient.post("/order", body)).status());
    Await.until(
        orderId + " all the way through",
        LIMIT,
        () ->
            "sent".equals(notification.status("/notifications/" + orderId))
                && "reserved".equals(order.status("/order/" + orderId)));
  }
}
