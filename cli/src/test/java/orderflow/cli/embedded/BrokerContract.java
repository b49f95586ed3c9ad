package orderflow.cli.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.MessageProperties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behaviour that clients of RabbitMQ rely on, over TCP, in memory and on disk. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
abstract class BrokerContract {
  private EmbeddedBroker broker;

  abstract EmbeddedBroker start() throws Exception;

  @BeforeAll
  void startBroker() throws Exception {
    broker = start();
  }

  @AfterAll
  void stopBroker() {
    broker.close();
  }

  @Test
  void confirmsEveryOneOfManyOutstandingMessages(TestInfo test) throws Exception {
    int count = 5_000;
    String queue = name(test);
    try (TestClient client = TestClient.of(broker)) {
      client.declare(queue);
      client.channel.confirmSelect();
      Set<Long> open = new ConcurrentSkipListSet<>();
      client.channel.addConfirmListener(
          (tag, multiple) -> {
            if (multiple) {
              open.removeIf(older -> older <= tag);
            } else {
              open.remove(tag);
            }
          },
          (tag, multiple) -> {});
      for (int i = 0; i < count; i++) {
        open.add(client.channel.getNextPublishSeqNo());
        client.channel.basicPublish(
            "", queue, true, MessageProperties.PERSISTENT_BASIC, TestClient.bytes("m" + i));
      }

      assertTrue(client.channel.waitForConfirms(TestClient.WAIT_MILLIS), "no message was nacked");
      assertEquals(Set.of(), open);
      assertEquals(count, client.depth(queue));
    }
  }

  @Test
  void returnsAnUnroutableMandatoryMessageAndThenConfirmsIt(TestInfo test) throws Exception {
    String queue = name(test);
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    try (TestClient client = TestClient.of(broker)) {
      client.declare(queue);
      Channel channel = client.channel;
      channel.confirmSelect();
      channel.addReturnListener(returned ->
          events.add("return " + returned.getReplyCode() + " " + text(returned.getBody())));
      channel.addConfirmListener(
          (tag, multiple) -> events.add("ack " + tag + (multiple ? " and before" : "")),
          (tag, _) -> events.add("nack " + tag));
      publish(channel, queue, "first");
      publish(channel, queue + "-nowhere", "lost");
      publish(channel, queue, "last");

      List<String> seen = take(events, 4);

      assertTrue(seen.contains("return 312 lost"), seen.toString());
      assertTrue(seen.containsAll(List.of("ack 1", "ack 2", "ack 3")), seen.toString());
      assertTrue(seen.indexOf("return 312 lost") < seen.indexOf("ack 2"), seen.toString());
      assertTrue(client.isOpen(), "neither channel nor connection was closed");
      assertEquals(List.of("first", "last"), client.takeAll(queue));
    }
  }

  @Test
  void returnsAnUnroutableMandatoryMessageWithoutConfirms(TestInfo test) throws Exception {
    BlockingQueue<String> returned = new LinkedBlockingQueue<>();
    try (TestClient client = TestClient.of(broker)) {
      client.channel.addReturnListener(message -> returned.add(text(message.getBody())));
      publish(client.channel, name(test) + "-nowhere", "lost");

      assertEquals(List.of("lost"), take(returned, 1));
      assertTrue(client.isOpen());
    }
  }

  @Test
  void acceptsRepeatedDeclarations(TestInfo test) throws Exception {
    String name = name(test);
    for (int i = 0; i < 2; i++) {
      try (TestClient client = TestClient.of(broker)) {
        client.channel.exchangeDeclare(name, BuiltinExchangeType.DIRECT, true);
        client.declare(name);
        client.channel.queueBind(name, name, "key");
        client.channel.basicPublish(
            name, "key", true, MessageProperties.PERSISTENT_BASIC, TestClient.bytes("m" + i));
        assertTrue(client.isOpen());
      }
    }
    try (TestClient client = TestClient.of(broker)) {
      assertEquals(List.of("m0", "m1"), client.takeAll(name));
    }
  }

  @Test
  void requeuesUnackedMessagesInOrder(TestInfo test) throws Exception {
    int count = 50;
    int prefetch = 20;
    String queue = name(test);
    List<String> bodies = TestClient.numbered("m", count);
    try (TestClient peeking = TestClient.of(broker);
        TestClient other = TestClient.of(broker)) {
      peeking.declare(queue);
      peeking.publish(queue, bodies);
      BlockingQueue<String> seen = new LinkedBlockingQueue<>();
      peeking.channel.basicQos(prefetch);
      peeking.channel.basicConsume(
          queue, false, (_, delivery) -> seen.add(text(delivery.getBody())), _ -> {});

      assertEquals(bodies.subList(0, prefetch), take(seen, prefetch));
      peeking.channel.close();

      assertEquals(count, awaitDepth(other, queue, count));
      GetResponse first = other.take(queue);
      assertEquals("m0", text(first.getBody()));
      assertTrue(first.getEnvelope().isRedeliver());
      assertEquals(bodies.subList(1, count), other.takeAll(queue));
    }
  }

  @Test
  void deliversNoMoreUnackedMessagesThanThePrefetch(TestInfo test) throws Exception {
    int prefetch = 3;
    String queue = name(test);
    try (TestClient client = TestClient.of(broker)) {
      client.declare(queue);
      client.publish(queue, TestClient.numbered("m", 10));
      BlockingQueue<Delivery> seen = new LinkedBlockingQueue<>();
      client.channel.basicQos(prefetch);
      String tag =
          client.channel.basicConsume(queue, false, (_, delivery) -> seen.add(delivery), _ -> {});
      List<Delivery> first = take(seen, prefetch);
      // the response to a later request shows that no further message was sent
      client.depth(queue);
      assertTrue(seen.isEmpty(), "more than the prefetch");

      client.channel.basicAck(first.getLast().getEnvelope().getDeliveryTag(), true);
      assertEquals("m3", text(take(seen, prefetch).getFirst().getBody()));

      client.channel.basicCancel(tag);
    }
  }

  @Test
  void ackMultipleRejectAndPurgeRemoveMessages(TestInfo test) throws Exception {
    String queue = name(test);
    try (TestClient client = TestClient.of(broker)) {
      client.declare(queue);
      client.publish(queue, TestClient.numbered("m", 10));
      List<Long> tags = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        tags.add(client.channel.basicGet(queue, false).getEnvelope().getDeliveryTag());
      }
      assertEquals(4, client.depth(queue), "unacked messages do not count");
      client.channel.basicAck(tags.get(3), true);
      client.channel.basicReject(tags.get(4), false);
      client.channel.basicNack(tags.get(5), false, true);

      assertEquals(5, client.depth(queue));
      assertEquals("m5", text(client.take(queue).getBody()), "back in its place");
      assertEquals(4, client.channel.queuePurge(queue).getMessageCount());
      assertEquals(0, client.depth(queue));
    }
  }

  /** Some clients do not use confirms unless the broker announces them. */
  @Test
  void announcesProtocolExtensions() throws Exception {
    try (TestClient client = TestClient.of(broker)) {
      Map<String, Object> properties = client.channel.getConnection().getServerProperties();
      assertEquals(
          Map.of("publisher_confirms", true, "basic.nack", true, "orderflow_count_unacked", true),
          properties.get("capabilities"));
      assertTrue(String.valueOf(properties.get("product")).contains("Qpid"));
    }
  }

  @Test
  void reportsReadyMessagesOfAQueue(TestInfo test) throws Exception {
    String queue = name(test);
    try (TestClient client = TestClient.of(broker);
        TestClient doomed = TestClient.of(broker)) {
      client.declare(queue);
      assertEquals(0, client.depth(queue));
      client.publish(queue, TestClient.numbered("m", 7));
      assertEquals(7, client.depth(queue));
      client.take(queue);
      assertEquals(6, client.depth(queue));

      IOException e = assertThrows(IOException.class, () -> doomed.depth(queue + "-missing"));
      assertTrue(String.valueOf(e.getCause()).contains("404"), () -> String.valueOf(e.getCause()));
    }
  }

  @Test
  void publishingToAMissingExchangeClosesTheChannel(TestInfo test) throws Exception {
    try (TestClient client = TestClient.of(broker)) {
      BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
      client.channel.addShutdownListener(cause -> reasons.add(String.valueOf(cause.getMessage())));
      client.channel.basicPublish(name(test), "key", null, TestClient.bytes("lost"));

      String reason = take(reasons, 1).getFirst();
      assertTrue(reason.contains("reply-code=404"), reason);
    }
  }

  @Test
  void deletesAnExclusiveQueueWithItsConnection(TestInfo test) throws Exception {
    String name = name(test);
    try (TestClient client = TestClient.of(broker)) {
      String queue;
      try (TestClient watcher = TestClient.of(broker)) {
        watcher.channel.exchangeDeclare(name, BuiltinExchangeType.DIRECT, true);
        queue = watcher.channel.queueDeclare("", false, true, true, Map.of()).getQueue();
        watcher.channel.queueBind(queue, name, "seen");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        watcher.channel.basicConsume(
            queue, true, (_, delivery) -> seen.add(text(delivery.getBody())), _ -> {});
        client.channel.basicPublish(name, "seen", null, TestClient.bytes("yes"));
        client.channel.basicPublish(name, "other", null, TestClient.bytes("no"));
        client.channel.basicPublish(name, "seen", null, TestClient.bytes("too"));

        assertEquals(List.of("yes", "too"), take(seen, 2));
      }
      IOException e = assertThrows(IOException.class, () -> client.depth(queue));
      assertTrue(String.valueOf(e.getCause()).contains("404"), () -> String.valueOf(e.getCause()));
    }
  }

  @Test
  void keepsPropertiesAndHeadersOfAllTypes(TestInfo test) throws Exception {
    Map<String, Object> headers = new HashMap<>();
    headers.put("string", "text äöü €");
    headers.put("bytes", new byte[] {0, 1, -1});
    headers.put("boolean", true);
    headers.put("byte", (byte) -7);
    headers.put("short", (short) -300);
    headers.put("int", -70_000);
    headers.put("long", -5_000_000_000L);
    headers.put("float", 1.5f);
    headers.put("double", Math.PI);
    headers.put("decimal", new BigDecimal("12.345"));
    headers.put("date", Date.from(Instant.ofEpochSecond(1_700_000_000)));
    headers.put("nothing", null);
    headers.put("table", Map.of("nested", 1, "deeper", Map.of("text", "x")));
    headers.put("array", List.of(1, "two", 3L));
    BasicProperties sent =
        new BasicProperties.Builder()
            .contentType("application/json")
            .contentEncoding("utf-8")
            .headers(headers)
            .deliveryMode(2)
            .priority(3)
            .correlationId("ord-1")
            .replyTo("elsewhere")
            .expiration("600000")
            .messageId("ord-1/OrderPlaced")
            .timestamp(Date.from(Instant.ofEpochSecond(1_700_000_001)))
            .type("OrderPlaced")
            .userId("guest")
            .appId("orderflow")
            .build();
    try (TestClient client = TestClient.of(broker)) {
      BasicProperties got = client.echo(name(test), sent, TestClient.bytes("{}")).getProps();

      assertEquals(plain(headers), plain(got.getHeaders()));
      assertEquals(
          sent.builder().headers(null).build().toString(),
          got.builder().headers(null).build().toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 1_048_576})
  void keepsBodiesOfAllSizes(int size, TestInfo test) throws Exception {
    byte[] body = new byte[size];
    new Random(size).nextBytes(body);
    try (TestClient client = TestClient.of(broker)) {
      assertArrayEquals(
          body, client.echo(name(test) + size, MessageProperties.PERSISTENT_BASIC, body).getBody());
    }
  }

  @Test
  void deliversAGzippedBodyUnchanged(TestInfo test) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("{\"order_id\":\"ord-1\"}".getBytes(UTF_8));
    }
    BasicProperties properties = new BasicProperties.Builder().contentEncoding("gzip").build();
    try (TestClient client = TestClient.of(broker)) {
      GetResponse got = client.echo(name(test), properties, packed.toByteArray());

      assertArrayEquals(packed.toByteArray(), got.getBody());
      assertEquals("gzip", got.getProps().getContentEncoding());
    }
  }

  @Test
  void deliversALargeBodyUncompressed(TestInfo test) throws Exception {
    // large and regular enough to be compressed
    byte[] body = new byte[500_000];
    try (TestClient client = TestClient.of(broker)) {
      GetResponse got = client.echo(name(test), new BasicProperties(), body);

      assertArrayEquals(body, got.getBody());
      assertEquals(null, got.getProps().getContentEncoding());
    }
  }

  @Test
  void refusesAWrongPasswordAndAnUnknownUser() throws Exception {
    for (String credentials : List.of("guest:wrong", "nobody:guest")) {
      ConnectionFactory factory =
          TestClient.factory(broker.uri().replace("guest:guest", credentials));
      assertThrows(AuthenticationFailureException.class, factory::newConnection, credentials);
    }
  }

  @Test
  void refusesAnUnknownVirtualHost() throws Exception {
    ConnectionFactory factory = TestClient.factory(broker.uri());
    factory.setVirtualHost("elsewhere");
    assertThrows(IOException.class, factory::newConnection);
  }

  private static void publish(Channel channel, String queue, String body) throws IOException {
    channel.basicPublish(
        "", queue, true, MessageProperties.PERSISTENT_BASIC, TestClient.bytes(body));
  }

  /** The next {@code count} messages. */
  private static <T> List<T> take(BlockingQueue<T> queue, int count) throws InterruptedException {
    List<T> taken = new ArrayList<>();
    while (taken.size() < count) {
      T next = queue.poll(TestClient.WAIT_MILLIS, TimeUnit.MILLISECONDS);
      assertNotNull(next, () -> "only " + taken);
      taken.add(next);
    }
    return taken;
  }

  /** Messages of a closed channel are requeued shortly after the close-ok. */
  private static int awaitDepth(TestClient client, String queue, int expected) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TestClient.WAIT_MILLIS);
    int depth = client.depth(queue);
    while (depth != expected && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
      depth = client.depth(queue);
    }
    return depth;
  }

  /** Strings are received as LongString, and arrays have no equals. */
  private static Object plain(Object value) {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> Arrays.toString(bytes);
      case LongString text -> text.toString();
      case Map<?, ?> map -> {
        Map<Object, Object> plain = new HashMap<>();
        map.forEach((key, nested) -> plain.put(key, plain(nested)));
        yield Collections.unmodifiableMap(plain);
      }
      case List<?> list -> list.stream().map(BrokerContract::plain).toList();
      default -> value;
    };
  }

  private static String text(byte[] bytes) {
    return TestClient.text(bytes);
  }

  private static String name(TestInfo test) {
    return test.getTestMethod().orElseThrow().getName();
  }
}
