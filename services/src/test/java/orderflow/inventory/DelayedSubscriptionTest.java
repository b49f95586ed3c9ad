package orderflow.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Topology;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedSubscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DelayedSubscriptionTest {
  private static final String QUEUE = Topology.ORDER_PLACED;
  private static final Duration DELAY = Duration.ofMillis(20);

  private final ScriptedBroker broker = new ScriptedBroker();
  private final ScriptedSubscription quick = broker.subscription(QUEUE);
  private final DelayedSubscription slow = new DelayedSubscription(quick, DELAY);

  @Test
  void messagesAreTakenOneByOneWithADelay() throws Exception {
    put("a", "b");
    long start = System.nanoTime();
    for (String body : List.of("a", "b")) {
      List<Delivery> one = slow.poll(500, Duration.ZERO);
      assertEquals(
          List.of(body), one.stream().map(each -> new String(each.body(), UTF_8)).toList());
      slow.ackAll(one);
    }
    assertTrue(System.nanoTime() - start >= DELAY.multipliedBy(2).toNanos());
    assertEquals(2, quick.acked().size());
  }

  @Test
  void emptyQueueIsNotDelayed() throws Exception {
    var never = new DelayedSubscription(quick, Duration.ofDays(1));
    assertEquals(List.of(), never.poll(500, Duration.ZERO));
  }

  @Test
  void otherCallsAreForwarded() throws Exception {
    put("a", "b");
    Delivery first = slow.poll(1, Duration.ZERO).getFirst();
    slow.poll(1, Duration.ZERO);
    slow.ack(first);
    assertTrue(slow.ackBarrier().isReached());
    slow.close();
    assertThrows(MessagingException.class, () -> quick.poll(1, Duration.ZERO));
    assertEquals(1, broker.waiting(QUEUE).size(), "the other one is requeued");
  }

  private void put(String... bodies) {
    for (String body : bodies) {
      broker.put(
          new Message(
              "order_events", "order.placed", MessageProperties.none(), body.getBytes(UTF_8)));
    }
  }
}
