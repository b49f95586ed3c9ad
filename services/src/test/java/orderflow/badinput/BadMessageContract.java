package orderflow.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.badinput.RunningFlow.Traces;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import orderflow.testing.Amqp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends the AMQP catalogue of bad messages to the three services, for each kind of broker. A poison
 * message ends in its dead-letter queue, once, byte for byte, with its reason; no record of a
 * service changes; and a good order passes all three queues behind it.
 *
 * <p>Where the catalogue and the design differ, the design holds. The key by which a duplicate is
 * recognised is the order id, so a message id may be absent or be another's ({@code identity} is no
 * reason), and the same order with other content is a {@code conflict} whatever its message id. A
 * content encoding is {@code unsupported}, and so is an event whose type does not belong in its
 * queue; one without a type is {@code malformed}. A forbidden value in a well-formed event is
 * {@code invalid}. A body above 256 KiB is {@code too_large}. The contract has no version, so
 * unknown fields and headers are ignored and an unknown type is {@code unsupported}.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class BadMessageContract {
  /** The good order behind a bad message, excluded from comparisons of states. */
  private static final String GOOD = "good-";

  private static final BasicProperties NONE = new BasicProperties.Builder().build();

  private final LogCapture log = new LogCapture();

  @SuppressWarnings("NullAway.Init") // by open
  private ForeignClient client;

  @SuppressWarnings("NullAway.Init") // by open
  private RunningFlow flow;

  private int passed;

  /**
   * Starts the services; to be called before all tests.
   *
   * @param broker with nothing declared yet
   */
  protected final void open(URI broker, Path folder) throws Exception {
    new RabbitBroker(BrokerSettings.of(broker, "test")).declareTopology();
    client = new ForeignClient(broker);
    client.publish("", Topology.ORDER_PLACED, NONE, order("early", 1));
    client.giveBack(Topology.ORDER_PLACED);
    flow = new RunningFlow(broker, folder);
  }

  /** Stops the services that {@link #open} started. */
  @AfterAll
  protected final void close() {
    if (flow != null) {
      flow.close();
    }
    if (client != null) {
      client.close();
    }
    log.close();
  }

  @AfterEach
  void clientsCannotForgeLogLines() throws Exception {
    for (String queue : Topology.QUEUES) {
      client.purge(Topology.deadLetterQueue(queue)); // dead letters of a failed test
    }
    log.requireClean(BadMessages.MARK);
  }

  Stream<BadMessage> badMessages() {
    return BadMessages.all(client.frameMax());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badMessages")
  @Order(2)
  void badMessageEndsOnlyInItsDeadLetterQueue(BadMessage bad) throws Exception {
    List<String> before = flow.state(GOOD);
    assumeTrue(client.offer(bad.queue(), bad.properties(), bad.body()), "the broker refuses it");
    assertDeadLetter(bad.queue(), "", bad.queue(), bad.body(), bad.reason());
    assertNothingElse(before);
  }

  Stream<OddProperties> oddProperties() {
    return OddProperties.all(client.frameMax()).stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddProperties")
  @Order(3)
  void validMessageWithOddPropertiesIsProcessed(OddProperties odd) throws Exception {
    String id = "odd-" + passed;
    assumeTrue(
        client.offer(Topology.ORDER_PLACED, odd.properties(), order(id, 1)),
        "the broker refuses it");
    passAGoodOrder();
    assertEquals(new Traces(null, "reserved", "sent"), flow.traces(id));
    assertNoDeadLetters();
  }

  @Test
  @Order(1)
  void messageRequeuedByAnotherConsumerIsProcessed() throws Exception {
    passAGoodOrder();
    assertEquals(new Traces(null, "reserved", "sent"), flow.traces("early"));
    assertNoDeadLetters();
  }

  @Test
  @Order(4)
  void everyContentTypeOfJsonAndUnknownFieldsAreAccepted() throws Exception {
    byte[] body =
        "{\"order_id\":\"named\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\",\"version\":9}"
            .getBytes(UTF_8);
    var named =
        new BasicProperties.Builder()
            .contentType("Application/JSON; charset=utf-8")
            .contentEncoding("utf-8")
            .type("order.placed")
            .build();
    client.publish("order_events", "order.placed", named, body);
    passAGoodOrder();
    assertEquals(new Traces(null, "reserved", "sent"), flow.traces("named"));
    assertNoDeadLetters();
  }

  @Test
  @Order(4)
  void largestBodyIsAccepted() throws Exception {
    byte[] body = Arrays.copyOf(order("large", 1), EventCodec.MAX_BYTES);
    Arrays.fill(body, order("large", 1).length, body.length, (byte) ' ');
    client.publish("", Topology.ORDER_PLACED, NONE, body);
    passAGoodOrder();
    assertEquals(new Traces(null, "reserved", "sent"), flow.traces("large"));
    assertNoDeadLetters();
  }

  @Test
  @Order(5)
  void sameOrderHasNoSecondEffectWithAnyMessageId() throws Exception {
    client.publish("", Topology.ORDER_PLACED, id("one"), order("twice", 1));
    client.publish("", Topology.ORDER_PLACED, id("two"), order("twice", 1));
    client.publish("", Topology.ORDER_PLACED, NONE, order("twice", 1));
    passAGoodOrder();
    assertEquals(new Traces(null, "reserved", "sent"), flow.traces("twice"));
    assertEquals(2, flow.state(GOOD).stream().filter(row -> row.contains("twice")).count());
    assertNoDeadLetters();
  }

  @Test
  @Order(6)
  void sameOrderWithOtherContentIsAConflictWithAnyMessageId() throws Exception {
    client.publish("", Topology.ORDER_PLACED, id("same"), order("torn", 1));
    passAGoodOrder();
    List<String> before = flow.state(GOOD);
    for (BasicProperties properties : List.of(id("same"), id("other"), NONE)) {
      byte[] body = order("torn", 2);
      client.publish("", Topology.ORDER_PLACED, properties, body);
      assertDeadLetter(Topology.ORDER_PLACED, "", Topology.ORDER_PLACED, body, Reason.CONFLICT);
      assertNothingElse(before);
    }
  }

  @Test
  @Order(7)
  void outcomeOfAnUnknownOrderIsRecordedAndNotifiedOnce() throws Exception {
    byte[] reserved =
        "{\"order_id\":\"unknown\",\"status\":\"reserved\",\"user_id\":\"u1\"}".getBytes(UTF_8);
    client.publish("inventory_events", "inventory.reserved", NONE, reserved);
    client.publish("inventory_events", "inventory.reserved", NONE, reserved);
    passAGoodOrder();
    assertEquals(new Traces(null, null, "sent"), flow.traces("unknown"));
    assertNoDeadLetters();
  }

  @Test
  @Order(8)
  void outcomeThatContradictsAnEarlierOneIsAConflict() throws Exception {
    client.publish("inventory_events", "inventory.reserved", NONE, outcome("u1", 1));
    passAGoodOrder();
    List<String> before = flow.state(GOOD);
    for (byte[] other : List.of(outcome("u2", 1), outcome("u1", 2))) {
      client.publish("", Topology.INVENTORY_RESERVED, NONE, other);
      assertDeadLetter(
          Topology.INVENTORY_RESERVED, "", Topology.INVENTORY_RESERVED, other, Reason.CONFLICT);
      assertNothingElse(before);
    }
    byte[] failed =
        "{\"order_id\":\"contradicted\",\"status\":\"failed\",\"user_id\":\"u1\"}".getBytes(UTF_8);
    client.publish("inventory_events", "inventory.failed", NONE, failed);
    assertDeadLetter(
        Topology.ORDER_OUTCOME, "inventory_events", "inventory.failed", failed, Reason.CONFLICT);
    assertNothingElse(before);
  }

  @Test
  @Order(9)
  void poisonMessageForTwoQueuesHasOneDeadLetterInEach() throws Exception {
    byte[] poison = BadMessages.MARK.getBytes(UTF_8);
    List<String> before = flow.state(GOOD);
    client.publish("inventory_events", "inventory.reserved", NONE, poison);
    for (String queue : List.of(Topology.INVENTORY_RESERVED, Topology.ORDER_OUTCOME)) {
      assertDeadLetter(queue, "inventory_events", "inventory.reserved", poison, Reason.MALFORMED);
    }
    assertNothingElse(before);
  }

  @Test
  @Order(10)
  void deadLetterKeepsBodyPropertiesAndHeaders() throws Exception {
    var properties =
        new BasicProperties.Builder()
            .contentType("application/json")
            .messageId("m-1")
            .correlationId("c-1")
            .replyTo("r-1")
            .appId("a-1")
            .priority(3)
            .expiration("3600000")
            .headers(Map.of("x-death", List.of(Map.of("count", 7L)), "x-orderflow-reason", "zqx"))
            .build();
    client.publish("order_events", "order.placed", properties, new byte[] {0, -1});
    Delivery deadLetter = client.take("order_placed_dlq");
    BasicProperties kept = Amqp.basic(deadLetter.properties());
    assertEquals("m-1", kept.getMessageId());
    assertEquals("c-1", kept.getCorrelationId());
    assertEquals("r-1", kept.getReplyTo());
    assertEquals("a-1", kept.getAppId());
    assertEquals(3, kept.getPriority());
    assertEquals(2, kept.getDeliveryMode());
    assertNull(kept.getExpiration(), "the dead letter would expire");
    assertEquals("3600000", header(deadLetter, "x-orderflow-original-expiration"));
    assertEquals("[{count=7}]", header(deadLetter, "x-death"));
    assertEquals("malformed", header(deadLetter, DeadLetter.REASON));
    assertNoDeadLetters();
  }

  @Test
  @Order(11)
  void outboxesAreEmptyAfterTheTests() throws Exception {
    flow.awaitPublished();
    assertNoDeadLetters();
  }

  private void assertDeadLetter(
      String queue, String exchange, String routingKey, byte[] body, Reason reason)
      throws Exception {
    Delivery deadLetter = deadLetter(queue);
    assertArrayEquals(body, deadLetter.body());
    assertEquals(reason.wire(), header(deadLetter, DeadLetter.REASON));
    assertEquals(exchange, header(deadLetter, DeadLetter.EXCHANGE));
    assertEquals(routingKey, header(deadLetter, DeadLetter.ROUTING_KEY));
    String detail = String.valueOf(header(deadLetter, DeadLetter.DETAIL));
    assertTrue(!detail.isEmpty() && !detail.contains(BadMessages.MARK), detail);
    assertTrue(
        String.valueOf(header(deadLetter, DeadLetter.ID))
            .matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
  }

  /** Reports where the message is if it was not dead-lettered. */
  private Delivery deadLetter(String queue) throws Exception {
    try {
      return client.take(Topology.deadLetterQueue(queue));
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s; %d wait in %s; %s"
              .formatted(e.getMessage(), client.depth(queue), queue, flow.condition()),
          e);
    }
  }

  private void assertNothingElse(List<String> before) throws Exception {
    passAGoodOrder();
    assertEquals(before, flow.state(GOOD));
    assertNoDeadLetters();
  }

  /** Also waits until all earlier messages of each queue are handled. */
  private void passAGoodOrder() throws Exception {
    String name = GOOD + passed++;
    flow.pass(new OrderPlaced(name, GOOD + "item", 1, "u1"));
  }

  private void assertNoDeadLetters() throws Exception {
    for (String queue : Topology.QUEUES) {
      assertEquals(0, client.depth(Topology.deadLetterQueue(queue)), "dead letters of " + queue);
    }
  }

  private static @Nullable String header(Delivery deadLetter, String name) {
    return deadLetter.properties().header(name);
  }

  private static byte[] order(String id, int qty) {
    return EventCodec.encode(new OrderPlaced(id, "widget", qty, "u1"));
  }

  private static byte[] outcome(String user, int qty) {
    return EventCodec.encode(
        new InventoryOutcome("contradicted", Status.RESERVED, user, "widget", qty, null));
  }

  private static BasicProperties id(String messageId) {
    return new BasicProperties.Builder().messageId(messageId).build();
  }
}
