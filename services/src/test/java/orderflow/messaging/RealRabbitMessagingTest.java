package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Topology.QueueType;
import orderflow.testing.Amqp;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import orderflow.testing.SlowLink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract on a real RabbitMQ, and the features that only RabbitMQ has. */
@RealRabbit
@TestInstance(Lifecycle.PER_METHOD)
final class RealRabbitMessagingTest extends MessagingContract {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @SuppressWarnings("NullAway.Init") // before each test
  private RabbitNode rabbit;

  @BeforeEach
  void take(RabbitNode node) {
    rabbit = node;
  }

  @Override
  protected URI freshUri() throws Exception {
    return URI.create(rabbit.freshUri());
  }

  @Test
  void existingQueueWithOptionalArgumentsIsUsed() throws Exception {
    URI uri = freshUri();
    declare(uri, true, Map.of("x-max-length", 10_000));
    new RabbitBroker(BrokerSettings.of(uri, "test")).declareTopology();
    try (QueueBrowser browser = new RabbitBroker(BrokerSettings.of(uri, "test")).openBrowser()) {
      assertEquals(0, browser.depth(Topology.ORDER_OUTCOME).orElseThrow(), "the rest is declared");
    }
  }

  /** Declaring takes more than twenty round trips, each well within its limit. */
  @Test
  void slowConnectionIsOpened() throws Exception {
    try (var link = new SlowLink(freshUri(), 50)) {
      var settings =
          new BrokerSettings(
              link.uri(), "test", QueueType.DEFAULT, Duration.ofSeconds(1), null, false);
      try (Publisher publisher = new RabbitBroker(settings).openPublisher(Duration.ofSeconds(10))) {
        publisher.publish(
            1,
            new Message("", Topology.ORDER_PLACED, MessageProperties.persistent("m"), new byte[1]));
        assertEquals(1, publisher.confirmedIds(Duration.ofSeconds(10)).length);
      }
    }
  }

  @Test
  void fullQueueRefusesOnlyItsOwnMessages() throws Exception {
    URI uri = freshUri();
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(
          "order_placed_dlq",
          true,
          false,
          false,
          Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
    }
    try (Publisher publisher = broker(uri).openPublisher(Duration.ofSeconds(20))) {
      List<Long> confirmed = new ArrayList<>();
      List<Long> refused = new ArrayList<>();
      for (long n = 0; n < 20; n++) {
        String queue = n % 2 == 0 ? "order_placed" : "order_placed_dlq";
        publisher.publish(
            n, new Message("", queue, MessageProperties.persistent("m" + n), new byte[1]));
      }
      while (publisher.outstanding() > 0 || confirmed.size() + refused.size() < 20) {
        Publisher.Confirms answers = publisher.confirms(Duration.ofSeconds(10));
        LongStream.of(answers.confirmed()).forEach(confirmed::add);
        answers.refused().forEach(refusal -> refused.add(refusal.id()));
        assertTrue(
            answers.refused().stream().allMatch(each -> each.kind() == Publisher.Refusal.Kind.NACK),
            () -> answers.refused().toString());
      }
      assertTrue(refused.size() >= 8, "a little more than its limit may get in: " + refused);
      assertTrue(refused.stream().allMatch(n -> n % 2 == 1), refused.toString());
      assertEquals(20, confirmed.size() + refused.size());
    }
  }

  @Test
  void quorumQueueWithoutLargeLimitIsARiskUnlessWeDeclareIt() throws Exception {
    URI uri = freshUri();
    declare(uri, true, Map.of("x-queue-type", "quorum"));
    try (Subscription subscription = broker(uri).subscribe(Topology.ORDER_PLACED, 1)) {
      String risk = subscription.deliveryLimitRisk().orElseThrow();
      assertTrue(risk.contains(Topology.ORDER_PLACED) && risk.contains("quorum queue"), risk);
    }
    var settings = BrokerSettings.of(freshUri(), "test").withQueueType(QueueType.QUORUM);
    try (Subscription subscription =
        new RabbitBroker(settings).subscribe(Topology.ORDER_OUTCOME, 1)) {
      assertEquals(Optional.empty(), subscription.deliveryLimitRisk());
    }
  }

  /** A crash loop of a consumer that crashes after its first commit. */
  @Test
  void prefetchOfAQuorumQueueCanBeRaisedRepeatedly() throws Exception {
    URI uri = freshUri();
    var broker = new RabbitBroker(BrokerSettings.of(uri, "test").withQueueType(QueueType.QUORUM));
    int count = 500;
    publish(
        broker,
        IntStream.range(0, count)
            .mapToObj(n ->
                new Message(
                    "", Topology.ORDER_PLACED, MessageProperties.persistent("m"), new byte[] {1}))
            .toList());
    int taken = 0;
    for (int n = 1; n <= 5; n++) {
      try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 1)) {
        subscription.ackAll(take(subscription, 1));
        subscription.prefetch(100);
        List<Delivery> more = take(subscription, 50);
        taken += 51;
        subscription.ackAll(more);
        assertTrue(more.getLast().failedDeliveries() < n, "a first delivery counts nothing");
      }
    }
    try (QueueBrowser browser = broker.openBrowser()) {
      int left = count - taken;
      Await.until(
          "the rest is there",
          Duration.ofSeconds(10),
          () -> browser.depth(Topology.ORDER_PLACED).orElseThrow() == left);
    }
  }

  @Test
  void transientQueueIsRefused() throws Exception {
    URI uri = freshUri();
    declare(uri, false, Map.of());
    assertThrows(
        MessagingException.class,
        () -> new RabbitBroker(BrokerSettings.of(uri, "test")).declareTopology());
  }

  @Test
  void deletedQueueEndsTheSubscriptionAndIsRedeclaredByTheNext() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = broker(uri);
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      try (Connection connection = connect(uri);
          Channel channel = connection.createChannel()) {
        channel.queueDelete(Topology.ORDER_PLACED);
      }
      assertThrows(MessagingException.class, () -> pollUntilLost(subscription));
    }
    publish(broker, List.of(Message.of(new OrderPlaced("a", "b", 1, "c"), NOW, "app")));
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      assertEquals(1, take(subscription, 1).size());
    }
  }

  private static void pollUntilLost(Subscription subscription) throws Exception {
    for (int i = 0; i < 100; i++) {
      assertEquals(List.of(), subscription.poll(10, Duration.ofMillis(100)));
    }
  }

  @Test
  void deadLetterDoesNotExpireAndIsNotCopied() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = broker(uri);
    broker.declareTopology();
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.basicPublish(
          "order_events",
          "order.placed",
          new BasicProperties.Builder()
              .expiration("3600000")
              .userId("guest")
              .headers(Map.of("CC", List.of("no.such.key")))
              .build(),
          new byte[] {1});
      channel.waitForConfirmsOrDie(10_000);
    }
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> batch = take(subscription, 1);
      publish(broker, List.of(DeadLetter.of(batch.getFirst(), Reason.INVALID, "why", "id", NOW)));
      subscription.ackAll(batch);
    }
    try (Subscription dead = broker.subscribe("order_placed_dlq", 10)) {
      Delivery deadLetter = take(dead, 1).getFirst();
      assertNull(Amqp.basic(deadLetter.properties()).getExpiration(), "it would expire");
      assertNull(
          Amqp.basic(deadLetter.properties()).getUserId(), "another user could not publish it");
      Map<String, Object> kept = deadLetter.properties().headers();
      assertEquals("3600000", kept.get("x-orderflow-original-expiration"));
      assertEquals("guest", kept.get("x-orderflow-original-user-id"));
      assertEquals(List.of("no.such.key"), kept.get("x-orderflow-original-CC"));
    }
  }

  @Test
  void headersWithTheBrokersAdditionsAreRead() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = broker(uri);
    broker.declareTopology();
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(
          "passing",
          true,
          false,
          false,
          Map.of(
              "x-message-ttl",
              0,
              "x-dead-letter-exchange",
              "",
              "x-dead-letter-routing-key",
              Topology.ORDER_PLACED));
      channel.basicPublish(
          "",
          "passing",
          new BasicProperties.Builder()
              .headers(Map.of("huge", "x".repeat(connection.getFrameMax() - 120)))
              .build(),
          new byte[0]);
    }
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      Delivery delivery = take(subscription, 1).getFirst();
      assertEquals("expired", delivery.properties().header("x-first-death-reason"));
    }
  }

  @Test
  @RealRabbit(control = true)
  void userWithoutConfigurePermissionUsesExistingTopology() throws Exception {
    URI uri = freshUri();
    broker(uri).declareTopology();
    URI limited = user(uri, "^$", ".*", ".*");
    assertEquals(
        Set.of(
            "exchange order_events",
            "exchange inventory_events",
            "queue order_placed",
            "queue order_placed_dlq",
            "queue inventory_reserved",
            "queue inventory_reserved_dlq",
            "queue order_outcome",
            "queue order_outcome_dlq"),
        unproven(limited));
    RabbitBroker broker = broker(limited);
    publish(broker, List.of(Message.of(new OrderPlaced("a", "b", 1, "c"), NOW, "app")));
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      subscription.ackAll(take(subscription, 1));
    }
  }

  /** Each service has only the permissions that it needs. */
  @Test
  @RealRabbit(control = true)
  void userWithInventorysPermissionsConsumesOrdersAndPublishesOutcomes() throws Exception {
    URI uri = freshUri();
    RabbitBroker all = broker(uri);
    all.declareTopology();
    URI limited = user(uri, "^$", "^(inventory_events|amq\\.default)$", "^order_placed$");
    assertTrue(
        unproven(limited)
            .contains("binding of order_placed to order_events with key order.placed"));
    OrderPlaced order = new OrderPlaced("a", "b", 1, "c");
    publish(all, List.of(Message.of(order, NOW, "app")));
    RabbitBroker inventory = broker(limited);
    try (Subscription orders = inventory.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> batch = take(orders, 1);
      publish(
          inventory,
          List.of(
              Message.of(InventoryOutcome.reserved(order), NOW, "app"),
              DeadLetter.of(batch.getFirst(), Reason.INVALID, "why", "id", NOW)));
      orders.ackAll(batch);
    }
    try (QueueBrowser browser = all.openBrowser()) {
      assertEquals(0, browser.depth(Topology.ORDER_PLACED).orElseThrow());
      assertEquals(1, browser.depth("order_placed_dlq").orElseThrow());
      assertEquals(1, browser.depth(Topology.INVENTORY_RESERVED).orElseThrow());
      assertEquals(1, browser.depth(Topology.ORDER_OUTCOME).orElseThrow());
    }
  }

  @Test
  @RealRabbit(control = true)
  void userWithoutConfigurePermissionGetsAnErrorForMissingTopology() throws Exception {
    URI uri = freshUri();
    broker(uri).declareTopology();
    URI limited = user(uri, "^$", ".*", ".*");
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDelete("order_outcome_dlq");
    }
    MessagingException refused =
        assertThrows(MessagingException.class, () -> broker(limited).declareTopology());
    assertTrue(
        refused
            .detail()
            .contains("there is no queue order_outcome_dlq, and this user may not declare it"),
        refused.detail());
  }

  /** Names that a decoder which decodes twice, or not as UTF-8, reads otherwise. */
  @ParameterizedTest
  @CsvSource({"100%, 100%25", "x%41, x%2541", "ä+b, %C3%A4+b"})
  @RealRabbit(control = true)
  void userPasswordAndVirtualHostAreDecodedOnceAsUtf8(String virtualHost, String written)
      throws Exception {
    String user = "ä-" + virtualHost;
    rabbit.ctl("add_vhost", virtualHost);
    rabbit.ctl("add_user", user, "päss" + virtualHost);
    rabbit.ctl("set_permissions", "-p", virtualHost, user, ".*", ".*", ".*");
    URI plain = URI.create(rabbit.uri());
    URI uri =
        URI.create(
            "amqp://%%C3%%A4-%s:p%%C3%%A4ss%s@%s:%d/%s"
                .formatted(written, written, plain.getHost(), plain.getPort(), written));
    broker(uri).declareTopology();
    assertTrue(
        rabbit.ctl("-q", "list_queues", "-p", virtualHost, "name").contains("order_placed_dlq"));
  }

  private static Set<String> unproven(URI uri) throws Exception {
    try (Connection connection = connect(uri)) {
      return Set.copyOf(
          TopologyDeclarer.declare(connection, QueueType.DEFAULT, new QueueHistory()).requireAll());
    }
  }

  /** Another user of the same virtual host, with these permissions only. */
  private URI user(URI uri, String configure, String write, String read) throws Exception {
    String host = uri.getPath().substring(1);
    String name = "limited-" + host;
    rabbit.ctl("add_user", name, "secret");
    rabbit.ctl("set_permissions", "-p", host, name, configure, write, read);
    return new URI(
        "amqp", name + ":secret", uri.getHost(), uri.getPort(), uri.getPath(), null, null);
  }

  private static void declare(URI uri, boolean durable, Map<String, Object> arguments)
      throws Exception {
    try (Connection connection = AmqpConnection.open(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(Topology.ORDER_PLACED, durable, false, false, arguments);
    }
  }
}
