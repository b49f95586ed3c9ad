package orderflow.cli.prove.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.prove.probe.DuplicateProbe.DuplicateResult;
import orderflow.cli.prove.scenario.FaultyServices;
import orderflow.event.OrderPlaced;
import orderflow.testing.AmqpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Inventories of other programs, with and without a record of the order. */
@Timeout(60)
class DuplicateProbeTest {
  private static final URI UNREACHABLE = URI.create("http://127.0.0.1:1");
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final OrderPlaced ORDER = new OrderPlaced("dup-1", "widget", 1, "u1");

  private EmbeddedBroker broker;
  private FaultyServices services;
  private Connection connection;
  private Channel channel;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.inMemory(0);
    services = new FaultyServices(broker.uri());
    services.broker().declareTopology();
    connection = AmqpConnection.open(broker.uri());
    channel = connection.createChannel();
  }

  @AfterEach
  void stop() {
    connection.abort(3_000);
    services.close();
    broker.close();
  }

  private interface Consumer {
    void take(int nth, long tag) throws Exception;
  }

  private void consume(int prefetch, Consumer consumer) throws IOException {
    channel.basicQos(prefetch);
    int[] taken = {0};
    channel.basicConsume(
        "order_placed",
        false,
        (_, delivery) -> {
          try {
            consumer.take(++taken[0], delivery.getEnvelope().getDeliveryTag());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        _ -> {});
  }

  private void publishOutcome() throws IOException {
    channel.basicPublish(
        "inventory_events",
        "inventory.reserved",
        new BasicProperties(),
        "{\"order_id\":\"dup-1\",\"status\":\"reserved\",\"user_id\":\"u1\"}"
            .getBytes(StandardCharsets.UTF_8));
  }

  /** One effect, and every copy acknowledged. */
  private void consumeRightly() throws IOException {
    consume(
        10,
        (nth, tag) -> {
          if (nth == 1) {
            publishOutcome();
          }
          channel.basicAck(tag, false);
        });
  }

  private void recorded(int deliveries) {
    services.answer(
        "/reservations/dup-1",
        "{'order_id':'dup-1','status':'reserved','qty':1,'deliveries':" + deliveries + "}");
  }

  private DuplicateResult probe(URI inventoryUrl, int copies, Duration limit)
      throws InterruptedException {
    try (var inventory = new InventoryClient(inventoryUrl, ServiceAccess.OPEN)) {
      return new DuplicateProbe(services.broker(), inventory, Clock.systemUTC(), limit)
          .send(ORDER, copies);
    }
  }

  private URI answering() {
    return services.inventory().base();
  }

  @Test
  void skippedCopiesAreCountedByInventory() throws Exception {
    consume(
        10,
        (nth, tag) -> {
          if (nth == 3) {
            recorded(4); // one copy was delivered again
            publishOutcome();
          }
          channel.basicAck(tag, false);
        });
    DuplicateResult result = probe(answering(), 3, LONG);

    assertTrue(result.passed(), result.toString());
    assertEquals(3, result.skipped());
    assertEquals("", result.remark());
  }

  @Test
  void copiesNotCountedByInventoryFail() throws Exception {
    consume(
        10,
        (nth, tag) -> {
          if (nth == 1) {
            recorded(1);
            publishOutcome();
          }
          channel.basicAck(tag, false);
        });
    DuplicateResult result = probe(answering(), 3, SHORT);

    assertFalse(result.passed());
    assertEquals(1, result.effects());
    assertEquals(0, result.skipped());
    assertTrue(result.remark().contains("only 1 of the 3"), result.remark());
  }

  @Test
  void withoutInventoryTheResultIsBasedOnBrokerTraffic() throws Exception {
    consumeRightly();
    DuplicateResult result = probe(UNREACHABLE, 3, LONG);

    assertTrue(result.passed(), result.toString());
    assertEquals(2, result.skipped());
    assertTrue(result.remark().startsWith("based on broker traffic only"), result.remark());
    assertTrue(result.remark().contains(UNREACHABLE.toString()), result.remark());
  }

  @Test
  void inventoryWithoutRecordOfTheOrderFallsBackToBrokerTraffic() throws Exception {
    consumeRightly();
    DuplicateResult result = probe(answering(), 2, LONG);

    assertTrue(result.passed(), result.toString());
    assertTrue(result.remark().startsWith("based on broker traffic only"), result.remark());
    assertTrue(result.remark().contains("no record"), result.remark());
  }

  /** One effect; the second copy is still in the queue, so its effect is unknown. */
  @Test
  void copyInTheQueueIsNotCountedAsSkipped() throws Exception {
    consume(
        1,
        (nth, tag) -> {
          if (nth == 1) {
            publishOutcome();
          }
          // Not acknowledged, so that the next one stays where it is.
        });
    DuplicateResult result = probe(UNREACHABLE, 2, SHORT);

    assertFalse(result.passed());
    assertEquals(1, result.effects());
    assertEquals(0, result.skipped());
    assertTrue(result.remark().contains("not every copy may have been consumed"), result.remark());
  }

  /** It prefetches every copy, so that the queue is empty long before the second effect. */
  @Test
  void slowInventoryWithTwoEffectsFails() throws Exception {
    var never = new CountDownLatch(1);
    consume(
        10,
        (_, tag) -> {
          assertFalse(never.await(2_500, TimeUnit.MILLISECONDS));
          publishOutcome();
          channel.basicAck(tag, false);
        });
    DuplicateResult result = probe(UNREACHABLE, 2, LONG);

    assertFalse(result.passed(), result.toString());
    assertEquals(2, result.effects());
  }

  @Test
  void withoutConsumerThereIsNoEffect() throws Exception {
    DuplicateResult result = probe(UNREACHABLE, 2, SHORT);

    assertFalse(result.passed());
    assertEquals(0, result.effects());
    assertEquals(0, result.skipped());
    assertTrue(result.remark().contains("no outcome was published"), result.remark());
    assertTrue(result.remark().contains("the inventory service does not answer"), result.remark());
  }
}
