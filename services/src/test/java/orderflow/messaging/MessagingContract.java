package orderflow.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.Frame;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.testing.Amqp;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishing, consuming and declaring, for each kind of broker. */
public abstract class MessagingContract extends QueueBrowserContract {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  @Test
  void messagesOfManyWindowsAreConfirmedAndArriveInOrder() throws Exception {
    RabbitBroker broker = broker(freshUri());
    List<Message> messages =
        IntStream.range(0, 5_000)
            .mapToObj(n -> toQueue(Topology.ORDER_PLACED, "body " + n))
            .toList();
    publish(broker, messages);
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 300)) {
      for (int n = 0; n < 5_000; n += 100) {
        List<Delivery> batch = take(subscription, 100);
        for (int i = 0; i < 100; i++) {
          assertEquals("body " + (n + i), new String(batch.get(i).body(), UTF_8));
        }
        subscription.ackAll(batch);
      }
    }
  }

  @Test
  void raisedPrefetchDeliversNoMessageTwice() throws Exception {
    RabbitBroker broker = broker(freshUri());
    int count = 200;
    publish(
        broker,
        IntStream.range(0, count)
            .mapToObj(n -> toQueue(Topology.ORDER_PLACED, "body " + n))
            .toList());
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 1)) {
      assertEquals(Optional.empty(), subscription.deliveryLimitRisk());
      List<Delivery> first = take(subscription, 1);
      assertEquals(List.of(), subscription.poll(1, Duration.ofMillis(200)), "one at a time");
      subscription.ackAll(first);
      subscription.prefetch(count);
      List<Delivery> rest = take(subscription, count - 1);
      for (int n = 1; n < count; n++) {
        assertEquals("body " + n, new String(rest.get(n - 1).body(), UTF_8));
        assertFalse(rest.get(n - 1).redelivered());
      }
      subscription.ackAll(rest);
    }
    try (QueueBrowser browser = broker.openBrowser()) {
      assertEquals(0, browser.depth(Topology.ORDER_PLACED).orElseThrow());
    }
  }

  @Test
  void eventReachesItsQueuesWithTheContractsProperties() throws Exception {
    RabbitBroker broker = broker(freshUri());
    publish(broker, List.of(Message.of(new OrderPlaced("ord-1", "widget", 1, "u1"), NOW, "app")));
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      Delivery delivery = take(subscription, 1).getFirst();
      assertEquals(
          "{\"order_id\":\"ord-1\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}",
          new String(delivery.body(), UTF_8));
      assertEquals("order_events", delivery.exchange());
      assertEquals("order.placed", delivery.routingKey());
      BasicProperties properties = Amqp.basic(delivery.properties());
      assertEquals("application/json", properties.getContentType());
      assertEquals(2, properties.getDeliveryMode());
      assertEquals("OrderPlaced:ord-1", properties.getMessageId());
      assertEquals("OrderPlaced", properties.getType());
      assertEquals(
          Date.from(NOW.truncatedTo(ChronoUnit.SECONDS)),
          properties.getTimestamp(),
          "not when sent");
      assertEquals("ord-1", properties.getCorrelationId());
      assertEquals("app", properties.getAppId());
      assertEquals(Map.of(), delivery.properties().headers());
    }
  }

  @Test
  void unroutableMessageIsNotConfirmed() throws Exception {
    RabbitBroker broker = broker(freshUri());
    try (Publisher publisher = broker.openPublisher(CONFIRM_TIMEOUT)) {
      publisher.publish(1, toQueue("no_such_queue", "lost?"));
      MessagingException returned =
          assertThrows(
              MessagingException.class,
              () -> {
                while (publisher.outstanding() > 0) {
                  assertEquals(0, publisher.confirmedIds(WAIT).length);
                }
                publisher.confirmedIds(Duration.ZERO);
              });
      assertTrue(returned.detail().contains("no_such_queue"), returned.detail());
    }
  }

  /** The return of one is not the end of the channel, and the confirms of the others count. */
  @Test
  void onlyUnroutableMessagesOfManyAreRefused() throws Exception {
    try (Publisher publisher = broker(freshUri()).openPublisher(CONFIRM_TIMEOUT)) {
      for (int n = 0; n < 200; n++) {
        publisher.publish(n, toQueue(n % 50 == 7 ? "no_such_queue" : "order_placed", "body " + n));
      }
      List<Long> confirmed = new ArrayList<>();
      List<Long> refused = new ArrayList<>();
      while (confirmed.size() + refused.size() < 200) {
        Publisher.Confirms answers = publisher.confirms(WAIT);
        assertFalse(answers.isEmpty(), "no answer");
        LongStream.of(answers.confirmed()).forEach(confirmed::add);
        for (Publisher.Refusal refusal : answers.refused()) {
          refused.add(refusal.id());
          assertEquals(Publisher.Refusal.Kind.UNROUTABLE, refusal.kind());
          assertTrue(refusal.reason().contains("no_such_queue"), refusal.reason());
        }
      }
      assertEquals(List.of(7L, 57L, 107L, 157L), refused.stream().sorted().toList());
      assertEquals(196, confirmed.stream().distinct().count());
      assertEquals(0, publisher.outstanding());
    }
  }

  @Test
  void unacknowledgedMessagesAreRedeliveredInOrder() throws Exception {
    RabbitBroker broker = broker(freshUri());
    publish(
        broker,
        IntStream.range(0, 6).mapToObj(n -> toQueue(Topology.ORDER_PLACED, "n" + n)).toList());
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> all = take(subscription, 6);
      subscription.ackAll(all.subList(0, 2));
    }
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> again = take(subscription, 4);
      assertEquals(
          List.of("n2", "n3", "n4", "n5"),
          again.stream().map(delivery -> new String(delivery.body(), UTF_8)).toList());
      assertTrue(again.stream().allMatch(Delivery::redelivered));
    }
  }

  @Test
  void messagesBeforeAReachedAckBarrierAreNotRedelivered() throws Exception {
    RabbitBroker broker = broker(freshUri());
    publish(
        broker,
        IntStream.range(0, 6).mapToObj(n -> toQueue(Topology.ORDER_PLACED, "n" + n)).toList());
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 4)) {
      subscription.ackAll(take(subscription, 2));
      AckBarrier first = subscription.ackBarrier();
      Await.until("an ack barrier", WAIT, first::isReached);
      subscription.ackAll(take(subscription, 2));
      AckBarrier second = subscription.ackBarrier();
      Await.until("a second ack barrier", WAIT, second::isReached);
      assertEquals(2, take(subscription, 2).size(), "deliveries go on");
    }
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> again = take(subscription, 2);
      assertEquals(
          List.of("n4", "n5"),
          again.stream().map(delivery -> new String(delivery.body(), UTF_8)).toList());
    }
  }

  @Test
  void deadLetterKeepsBodyPropertiesAndHeaders() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = broker(uri);
    broker.declareTopology();
    byte[] body = {0, 1, (byte) 0xff, '{'};
    Map<String, Object> headers = new HashMap<>();
    headers.put("text", "ä");
    headers.put("nested", Map.of("list", List.of(1, "two", 3L)));
    headers.put("flag", true);
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.basicPublish(
          "order_events",
          "order.placed",
          new BasicProperties.Builder()
              .headers(headers)
              .contentType("text/strange")
              .replyTo("reply-queue")
              .messageId("id 1")
              .build(),
          body);
      channel.waitForConfirmsOrDie(10_000);
    }
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> batch = take(subscription, 1);
      publish(
          broker, List.of(DeadLetter.of(batch.getFirst(), Reason.MALFORMED, "no JSON", "id", NOW)));
      subscription.ackAll(batch);
    }
    try (Subscription dead = broker.subscribe("order_placed_dlq", 10)) {
      Delivery deadLetter = take(dead, 1).getFirst();
      BasicProperties properties = Amqp.basic(deadLetter.properties());
      assertArrayEquals(body, deadLetter.body());
      assertEquals("text/strange", properties.getContentType());
      assertEquals("reply-queue", properties.getReplyTo());
      assertEquals("id 1", properties.getMessageId());
      Map<String, Object> kept = deadLetter.properties().headers();
      assertEquals("ä", kept.get("text"));
      assertEquals(Map.of("list", List.of(1, "two", 3L)), kept.get("nested"));
      assertEquals(true, kept.get("flag"));
      assertEquals("malformed", kept.get(DeadLetter.REASON));
      assertEquals("order_events", kept.get(DeadLetter.EXCHANGE));
      assertEquals("order.placed", kept.get(DeadLetter.ROUTING_KEY));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"huge", "x-orderflow-huge", DeadLetter.REPLAYS, ""})
  void headersThatFillTheirFrameBecomeADeadLetter(String name) throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = broker(uri);
    broker.declareTopology();
    int frameMax;
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      frameMax = connection.getFrameMax();
      channel.confirmSelect();
      channel.basicPublish(
          "order_events",
          "order.placed",
          new BasicProperties.Builder()
              .headers(Map.of(name, "x".repeat(frameMax - 120), "small", "kept"))
              .build(),
          new byte[0]);
      channel.waitForConfirmsOrDie(10_000);
    }
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> batch = take(subscription, 1);
      publish(
          broker, List.of(DeadLetter.of(batch.getFirst(), Reason.MALFORMED, "no JSON", "id", NOW)));
      subscription.ackAll(batch);
    }
    try (Subscription dead = broker.subscribe("order_placed_dlq", 10)) {
      Delivery deadLetter = take(dead, 1).getFirst();
      assertEquals("kept", deadLetter.properties().header("small"));
      assertEquals("malformed", deadLetter.properties().header(DeadLetter.REASON));
      List<String> dropped = DroppedHeaders.in(deadLetter.properties().headers());
      assertEquals(1, dropped.size());
      assertTrue(dropped.getFirst().startsWith(name + " (type S, "), dropped.getFirst());
    }
  }

  @Test
  void publisherReportsWhetherHeadersFitIntoAFrame() throws Exception {
    URI uri = freshUri();
    try (Connection connection = connect(uri);
        Publisher publisher = broker(uri).openPublisher(CONFIRM_TIMEOUT)) {
      int most = connection.getFrameMax() - 8;
      assertTrue(publisher.fits(withHeaders(headersOf(most))));
      assertFalse(publisher.fits(withHeaders(headersOf(most + 1))));
      publisher.publish(1, withHeaders(headersOf(most)));
      assertEquals(1, publisher.confirmedIds(WAIT).length);
    }
  }

  private static Message withHeaders(Map<String, Object> headers) {
    return new Message(
        "", Topology.ORDER_PLACED, new MessageProperties(new Oversized(headers)), new byte[0]);
  }

  /** The size that RabbitMQ accepts, which is more than its frame limit. */
  @Test
  void headersLargerThanAFrameAreReadAndBecomeADeadLetter() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = broker(uri);
    broker.declareTopology();
    Connection connection = connect(uri);
    try {
      Channel channel = connection.createChannel();
      channel.confirmSelect();
      channel.basicPublish(
          "order_events",
          "order.placed",
          new Oversized(headersOf(connection.getFrameMax())),
          new byte[0]);
      assumeTrue(isTaken(channel), "the broker refuses it");
    } finally {
      connection.abort(10_000);
    }
    try (QueueBrowser browser = broker.openBrowser()) {
      assertEquals(1, browser.peek(Topology.ORDER_PLACED, 10, WAIT).size());
    }
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 10)) {
      List<Delivery> batch = take(subscription, 1);
      publish(
          broker, List.of(DeadLetter.of(batch.getFirst(), Reason.MALFORMED, "no JSON", "id", NOW)));
      subscription.ackAll(batch);
    }
    try (Subscription dead = broker.subscribe("order_placed_dlq", 10)) {
      Delivery deadLetter = take(dead, 1).getFirst();
      assertEquals("kept", deadLetter.properties().header("small"));
      List<String> dropped = DroppedHeaders.in(deadLetter.properties().headers());
      assertEquals(1, dropped.size());
      assertTrue(dropped.getFirst().startsWith("huge (type S, "), dropped.getFirst());
    }
  }

  private static boolean isTaken(Channel channel) throws Exception {
    try {
      channel.waitForConfirmsOrDie(10_000);
      return true;
    } catch (ShutdownSignalException e) {
      return false;
    }
  }

  /** Headers whose content header is as many bytes long. */
  private static Map<String, Object> headersOf(int bytes) {
    Map<String, Object> headers = new HashMap<>(Map.of("small", "kept", "huge", ""));
    int rest = new MessageProperties(new Oversized(headers)).encode().length;
    headers.put("huge", "x".repeat(bytes - rest));
    return headers;
  }

  /** Headers that the client sends though they exceed their frame, as others do. */
  private static final class Oversized extends BasicProperties {
    Oversized(Map<String, Object> headers) {
      super(null, null, headers, null, null, null, null, null, null, null, null, null, null, null);
    }

    @Override
    public Frame toFrame(int channel, long bodySize) throws IOException {
      var frame =
          new Frame(AMQP.FRAME_HEADER, channel) {
            @Override
            public int size() {
              return 0;
            }
          };
      frame.getOutputStream().write(super.toFrame(channel, bodySize).getPayload());
      return frame;
    }
  }

  @Test
  void foreignProgramsCanDeclarePlainQueuesBeforeAndAfterUs() throws Exception {
    URI uri = freshUri();
    RabbitBroker broker = broker(uri);
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      declarePlain(channel);
      broker.declareTopology();
      declarePlain(channel);
      assertTrue(channel.isOpen());
    }
  }

  private static void declarePlain(Channel channel) throws Exception {
    channel.exchangeDeclare("order_events", "direct", true);
    channel.exchangeDeclare("inventory_events", "direct", true);
    for (String queue : Topology.QUEUES) {
      channel.queueDeclare(queue, true, false, false, null);
      channel.queueDeclare(Topology.deadLetterQueue(queue), true, false, false, null);
    }
  }

  @Test
  void messagesBeyondTheByteLimitAllArrive() throws Exception {
    RabbitBroker broker = broker(freshUri());
    String large = "x".repeat(300_000);
    publish(broker, IntStream.range(0, 150).mapToObj(n -> toQueue("order_placed", large)).toList());
    try (Subscription subscription = broker.subscribe(Topology.ORDER_PLACED, 1_000)) {
      int seen = 0;
      while (seen < 150) {
        List<Delivery> batch = subscription.poll(500, WAIT);
        assertFalse(batch.isEmpty(), "stuck after " + seen);
        seen += batch.size();
        subscription.ackAll(batch);
      }
    }
  }

  @Test
  void tooLargeMessageFailsConsumersAndBrowsersWithQueueAndAdvice() throws Exception {
    URI uri = freshUri();
    String large = "x".repeat(300_000);
    publish(broker(uri), List.of(toQueue(Topology.ORDER_PLACED, large)));
    var small = new RabbitBroker(BrokerSettings.of(uri, "test"), 200_000);
    try (Subscription subscription = small.subscribe(Topology.ORDER_PLACED, 10)) {
      MessagingException refused =
          assertThrows(MessagingException.class, () -> take(subscription, 1));
      assertEquals(
          "order_placed is blocked: a message at its head has 300000 bytes, more than the limit of"
              + " 200000; remove it with the broker's own tools",
          refused.detail());
      assertEquals(MessagingException.Kind.MESSAGE_TOO_LARGE, refused.kind());
    }
    try (QueueBrowser browser = small.openBrowser()) {
      awaitDepth(browser, Topology.ORDER_PLACED, 1);
      MessagingException refused =
          assertThrows(
              MessagingException.class, () -> browser.peek(Topology.ORDER_PLACED, 10, WAIT));
      assertTrue(refused.detail().startsWith("order_placed is blocked"), refused.detail());
    }
    try (Subscription subscription = broker(uri).subscribe(Topology.ORDER_PLACED, 10)) {
      assertEquals(1, take(subscription, 1).size());
    }
  }

  @Test
  void wrongPasswordIsReportedInOneLine() throws Exception {
    URI uri = freshUri();
    URI wrong =
        new URI("amqp", "guest:wrong", uri.getHost(), uri.getPort(), uri.getPath(), null, null);
    MessagingException refused =
        assertThrows(MessagingException.class, () -> broker(wrong).declareTopology());
    assertFalse(refused.detail().contains("wrong"), "the password must not be shown");
    assertFalse(refused.detail().contains("\n"), refused.detail());
  }
}
