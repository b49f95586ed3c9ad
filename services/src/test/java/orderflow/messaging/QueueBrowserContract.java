package orderflow.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.Connection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import orderflow.testing.AmqpConnection;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;

/** Browsing, pulling and peeking at queues, for each kind of broker. */
public abstract class QueueBrowserContract {
  static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(20);
  static final Duration WAIT = Duration.ofSeconds(10);

  /** A broker with nothing declared yet. */
  protected abstract URI freshUri() throws Exception;

  static RabbitBroker broker(URI uri) {
    return new RabbitBroker(BrokerSettings.of(uri, "test"));
  }

  static Message toQueue(String queue, String body) {
    return new Message("", queue, MessageProperties.persistent("m"), body.getBytes(UTF_8));
  }

  static void publish(RabbitBroker broker, List<Message> messages) throws Exception {
    try (Publisher publisher = broker.openPublisher(CONFIRM_TIMEOUT)) {
      int confirmed = 0;
      int next = 0;
      while (confirmed < messages.size()) {
        while (next < messages.size() && publisher.remainingCapacity() > 0) {
          publisher.publish(next, messages.get(next));
          next++;
        }
        confirmed += publisher.confirmedIds(WAIT).length;
      }
      assertEquals(0, publisher.outstanding());
    }
  }

  static List<Delivery> take(Subscription subscription, int count) throws Exception {
    List<Delivery> taken = new ArrayList<>();
    while (taken.size() < count) {
      List<Delivery> some = subscription.poll(count - taken.size(), WAIT);
      assertFalse(some.isEmpty(), "only " + taken.size() + " of " + count + " arrived");
      taken.addAll(some);
    }
    return taken;
  }

  static Connection connect(URI uri) throws Exception {
    return AmqpConnection.open(uri);
  }

  @Test
  void pullTakesOnlyTheRequestedMessages() throws Exception {
    RabbitBroker broker = broker(freshUri());
    publish(
        broker,
        IntStream.range(0, 3).mapToObj(n -> toQueue(Topology.ORDER_PLACED, "m" + n)).toList());
    try (QueueBrowser browser = broker.openBrowser()) {
      try (Subscription pull = broker.pull(Topology.ORDER_PLACED)) {
        List<Delivery> first = pull.poll(1, Duration.ZERO);
        assertEquals(1, first.size());
        awaitDepth(browser, Topology.ORDER_PLACED, 2);
        pull.ack(first.getFirst());
        AckBarrier barrier = pull.ackBarrier();
        Await.until("the ack barrier", WAIT, barrier::isReached);
        assertEquals(2, pull.poll(9, Duration.ZERO).size());
        assertEquals(List.of(), pull.poll(9, Duration.ofMillis(1)));
      }
      awaitDepth(browser, Topology.ORDER_PLACED, 2);
    }
  }

  @Test
  void brokerWithoutDeclaringDeclaresNothing() throws Exception {
    RabbitBroker broker = broker(freshUri()).withoutDeclaring();
    broker.openPublisher(Duration.ofSeconds(5)).close();
    try (QueueBrowser browser = broker.openBrowser()) {
      assertFalse(browser.hasExchange("order_events"));
      assertTrue(browser.depth(Topology.ORDER_PLACED).isEmpty());
    }
  }

  @Test
  void peekKeepsOrderAndCount() throws Exception {
    RabbitBroker broker = broker(freshUri());
    broker.declareTopology();
    publish(
        broker,
        IntStream.range(0, 20).mapToObj(n -> toQueue("order_placed_dlq", "n" + n)).toList());
    try (QueueBrowser browser = broker.openBrowser()) {
      List<String> some = bodies(browser.peek("order_placed_dlq", 5, WAIT));
      assertEquals(List.of("n0", "n1", "n2", "n3", "n4"), some);
      awaitDepth(browser, "order_placed_dlq", 20);
      List<String> all = bodies(browser.peek("order_placed_dlq", 100, WAIT));
      assertEquals(IntStream.range(0, 20).mapToObj(n -> "n" + n).toList(), all);
      awaitDepth(browser, "order_placed_dlq", 20);
      assertTrue(browser.depth("no_such_queue").isEmpty());
      assertEquals(20, browser.depth("order_placed_dlq").orElseThrow(), "usable after a 404");
    }
  }

  /** Deeper than the maximum prefetch of 65,535. */
  @Test
  void browseReadsADeepQueueAndChangesNothing() throws Exception {
    int depth = 70_000;
    RabbitBroker broker = broker(freshUri());
    broker.declareTopology();
    publish(
        broker,
        IntStream.range(0, depth).mapToObj(n -> toQueue("order_placed_dlq", "n" + n)).toList());
    try (QueueBrowser browser = broker.openBrowser()) {
      var next = new AtomicInteger();
      long seen =
          browser.visit(
              "order_placed_dlq",
              WAIT,
              delivery -> {
                assertEquals("n" + next.getAndIncrement(), new String(delivery.body(), UTF_8));
                return true;
              });
      assertEquals(depth, seen);
      awaitDepth(browser, "order_placed_dlq", depth);
      assertEquals(List.of("n0", "n1"), bodies(browser.peek("order_placed_dlq", 2, WAIT)));
      awaitDepth(browser, "order_placed_dlq", depth);
    }
  }

  @Test
  void browseEndsWhenTheVisitorStops() throws Exception {
    RabbitBroker broker = broker(freshUri());
    broker.declareTopology();
    publish(
        broker,
        IntStream.range(0, 100).mapToObj(n -> toQueue("order_placed_dlq", "n" + n)).toList());
    try (QueueBrowser browser = broker.openBrowser()) {
      List<Delivery> seen = new ArrayList<>();
      long visited =
          browser.visit(
              "order_placed_dlq",
              WAIT,
              delivery -> {
                seen.add(delivery);
                return seen.size() < 7;
              });
      assertEquals(7, visited);
      assertEquals("n6", bodies(seen).getLast());
      awaitDepth(browser, "order_placed_dlq", 100);
    }
  }

  /** A command that browses repeatedly would otherwise not end on Ctrl-C. */
  @Test
  void interruptDuringABrowseStaysPending() throws Exception {
    RabbitBroker broker = broker(freshUri());
    broker.declareTopology();
    publish(broker, List.of(toQueue("order_placed_dlq", "m")));
    try (QueueBrowser browser = broker.openBrowser()) {
      browser.visit(
          "order_placed_dlq",
          WAIT,
          _ -> {
            Thread.currentThread().interrupt();
            return false;
          });
      assertTrue(Thread.interrupted(), "closing the browse swallowed the interrupt");
    }
  }

  /** Other clients do not see held messages, and a quorum queue counts them as delivered. */
  @Test
  void browseHoldsNoMoreMessagesThanRequested() throws Exception {
    RabbitBroker broker = broker(freshUri());
    broker.declareTopology();
    publish(
        broker,
        IntStream.range(0, 100).mapToObj(n -> toQueue("order_placed_dlq", "n" + n)).toList());
    try (QueueBrowser browser = broker.openBrowser();
        QueueBrowser other = broker.openBrowser()) {
      List<Long> left = new ArrayList<>();
      long visited =
          browser.visit(
              "order_placed_dlq",
              2,
              WAIT,
              delivery -> left.add(other.depth("order_placed_dlq").orElse(-1)));
      assertEquals(2, visited);
      assertEquals(98, left.getLast());
    }
  }

  /**
   * 50 MB: above the bytes that a browse keeps in flight, and above the 32 MiB that a peek returns.
   */
  @Test
  void peekIsLimitedInBytes() throws Exception {
    int size = 1_000_000;
    RabbitBroker broker = broker(freshUri());
    broker.declareTopology();
    String large = "x".repeat(size);
    publish(
        broker, IntStream.range(0, 50).mapToObj(n -> toQueue("order_placed_dlq", large)).toList());
    try (QueueBrowser browser = broker.openBrowser()) {
      int seen = browser.peek("order_placed_dlq", 1_000, WAIT).size();
      assertEquals(34, seen, "34 messages just exceed 32 MiB");
      awaitDepth(browser, "order_placed_dlq", 50);
      assertEquals(50, browser.visit("order_placed_dlq", WAIT, delivery -> true));
    }
  }

  static List<String> bodies(List<Delivery> deliveries) {
    return deliveries.stream().map(delivery -> new String(delivery.body(), UTF_8)).toList();
  }

  /** Messages of a closed consumer become ready again a moment later. */
  static void awaitDepth(QueueBrowser browser, String queue, long depth) throws Exception {
    Await.until(
        "depth " + depth + " of " + queue, WAIT, () -> browser.depth(queue).orElse(-1) == depth);
  }
}
