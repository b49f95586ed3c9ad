package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import orderflow.testing.Amqp;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedSubscription;
import org.junit.jupiter.api.Test;

class SlowStartSubscriptionTest {
  private static final String QUEUE = Topology.ORDER_PLACED;

  private final ScriptedBroker broker = new ScriptedBroker();
  private final ScriptedSubscription real = broker.subscription(QUEUE);
  private final List<String> reports = new ArrayList<>();
  private final SlowStartSubscription subscription =
      new SlowStartSubscription(
          real,
          100,
          new Worker.ReadinessCheck() {
            @Override
            public void up() {
              reports.add("up");
            }

            @Override
            public void down(String why) {
              reports.add(why);
            }
          });

  @Test
  void prefetchRisesAfterTheFirstAcknowledgedBatch() {
    put(0, false);
    put(0, false);
    List<Delivery> batch = poll();
    assertEquals(List.of(), real.prefetches());
    subscription.ackAll(batch);
    put(1, true);
    subscription.ackAll(poll());
    assertEquals(List.of(100), real.prefetches());
    assertEquals(List.of("up"), reports);
  }

  @Test
  void prefetchStaysLowWhileDeliveriesFailRepeatedly() {
    put(2, true);
    subscription.ackAll(poll());
    assertEquals(List.of(), real.prefetches());
    put(1, true);
    subscription.ackAll(poll());
    assertEquals(List.of(100), real.prefetches());
  }

  @Test
  void risingDeliveryCountIsReportedUntilAcknowledged() {
    put(3, true);
    List<Delivery> batch = poll();
    assertTrue(reports.getLast().contains(QUEUE), reports::toString);
    assertTrue(reports.getLast().contains("delivered 3 times"), reports::toString);
    subscription.ackAll(batch);
    put(0, false);
    subscription.ackAll(poll());
    assertEquals("up", reports.getLast());
  }

  @Test
  void emptyQueueEndsTheAlarm() {
    put(3, true);
    List<Delivery> batch = poll();
    poll();
    assertTrue(reports.getLast().contains("delivered 3 times"), reports::toString);
    subscription.ackAll(batch);
    poll();
    assertEquals("up", reports.getLast());
  }

  @Test
  void deliveryCountOfAPublisherIsIgnored() {
    put(9, false);
    subscription.ackAll(poll());
    assertEquals(List.of("up"), reports);
    assertEquals(List.of(100), real.prefetches());
  }

  private List<Delivery> poll() {
    try {
      return subscription.poll(100, Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void put(long failedDeliveries, boolean redelivered) {
    var properties =
        Amqp.properties(
            new BasicProperties.Builder().headers(Map.of("x-delivery-count", failedDeliveries)));
    var message = new Message("order_events", "order.placed", properties, new byte[0]);
    broker.queue(QUEUE).add(new ScriptedBroker.Stored(message, redelivered));
  }
}
