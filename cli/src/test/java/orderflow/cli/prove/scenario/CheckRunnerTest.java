package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.io.CliException;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.ClientHistory;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.testing.AmqpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Duplicate rows and dead letters reach the totals. */
@Timeout(30)
class CheckRunnerTest {
  private static final String ORDERS =
      "{'orders':[{'order_id':'run-00000001','status':'reserved'}],'next':null}";
  private static final String RESERVATION =
      "{'order_id':'run-00000001','status':'reserved','qty':1,'deliveries':1}";
  private static final String PLACED =
      "{\"order_id\":\"run-00000001\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u1\"}";
  private static final String OUTCOME =
      "{\"order_id\":\"run-00000001\",\"item_id\":\"widget\",\"qty\":1,"
          + "\"user_id\":\"u1\",\"status\":\"reserved\"}";
  private static final String NOTIFICATION =
      "{'order_id':'run-00000001','status':'sent','attempts':1}";

  private static final OrderIds IDS = new OrderIds("run");

  private final ClientHistory history = new ClientHistory(IDS);
  private EmbeddedBroker broker;
  private FaultyServices services;
  private HistoryWriter written;
  @TempDir private Path folder;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.inMemory(0);
    written = HistoryWriter.open(folder.resolve("history.ndjson"), Instant.now());
    services =
        new FaultyServices(broker.uri())
            .answer("/orders", ORDERS)
            .answer("/reservations", reservations(RESERVATION))
            .answer("/notifications", notifications(NOTIFICATION))
            .answer("/stock/widget", "{'item_id':'widget','available':null,'reserved':1}");
    services.broker().declareTopology();
    history.accept("run-00000001", PlaceStatus.ACCEPTED);
  }

  @AfterEach
  void stop() {
    services.close();
    written.close();
    broker.close();
  }

  private static String reservations(String rows) {
    return "{'reservations':[" + rows + "],'next':null}";
  }

  private static String notifications(String rows) {
    return "{'notifications':[" + rows + "],'next':null}";
  }

  private Checker check() throws Exception {
    try (EventRecorder events = EventRecorder.of(services.broker(), IDS, written, "")) {
      publish("order_events", "order.placed", "OrderPlaced:run-00000001", PLACED);
      publish("inventory_events", "inventory.reserved", "InventoryReserved:run-00000001", OUTCOME);
      // The same once more, as after a crash: it has the same identity.
      publish("inventory_events", "inventory.reserved", "InventoryReserved:run-00000001", OUTCOME);
      publish("order_events", "order.placed", "x", "no order");
      return CheckRunner.check(services, "run", "widget", history, events, List.of(), written);
    }
  }

  @Test
  void correctOrderPasses() throws Exception {
    Checker checker = check();

    assertTrue(checker.addsUp(), checker.remarks().toString());
    assertEquals(new Totals(1, 1, 0, 0, 1, List.of(), List.of()), checker.totals());
  }

  @Test
  void duplicateReservationIsADoubleEffect() throws Exception {
    services.answer("/reservations", reservations(RESERVATION + "," + RESERVATION));

    assertEquals(List.of("run-00000001"), check().totals().doubleEffects());
    assertEquals(2, check().totals().reserved());
  }

  @Test
  void duplicateNotificationIsADoubleEffect() throws Exception {
    services.answer("/notifications", notifications(NOTIFICATION + "," + NOTIFICATION));

    assertEquals(List.of("run-00000001"), check().totals().doubleEffects());
    assertEquals(2, check().totals().notified());
  }

  @Test
  void stockReservedTwiceIsUnexplained() throws Exception {
    services.answer("/stock/widget", "{'item_id':'widget','available':null,'reserved':2}");

    assertEquals(1, check().unexplainedCount());
    assertFalse(check().addsUp());
  }

  /** In any of the three queues, by body or message id, among other dead letters. */
  @Test
  void deadLettersOfTheRunAreCounted() throws Exception {
    dead("order_placed_dlq", "OrderPlaced:other", "{\"order_id\":\"other-1\"}");
    dead("order_placed_dlq", "x", "{\"order_id\":\"run-00000001\",\"qty\":-1}");
    dead("inventory_reserved_dlq", "InventoryReserved:run-00000001", "broken {");
    dead("order_outcome_dlq", "InventoryReserved:other-2", "broken {");
    dead("order_outcome_dlq", "InventoryReserved:run-00000001", "broken {");
    Checker checker = check();

    assertEquals(3, checker.totals().deadLettered());
    assertFalse(checker.addsUp());
    for (String queue : List.of("order_placed_dlq", "inventory_reserved_dlq")) {
      assertTrue(
          checker.remarks().contains("dead letter: run-00000001, 1 in " + queue),
          checker.remarks().toString());
    }
  }

  @Test
  void endlessListOfAServiceFails() {
    services.answer("/orders", ORDERS.replace("null", "'run-00000001'"));

    assertThrows(CliException.class, this::check);
  }

  @Test
  void twoOutcomeEventsAreADoubleEffect() throws Exception {
    try (EventRecorder events = EventRecorder.of(services.broker(), IDS, written, "")) {
      publish("order_events", "order.placed", "OrderPlaced:run-00000001", PLACED);
      publish("inventory_events", "inventory.reserved", "one", OUTCOME);
      publish("inventory_events", "inventory.failed", "other", OUTCOME);
      Checker checker =
          CheckRunner.check(services, "run", "widget", history, events, List.of(), written);

      assertEquals(List.of("run-00000001"), checker.totals().doubleEffects());
    }
  }

  private void dead(String queue, String messageId, String body) throws Exception {
    publish("", queue, messageId, body);
  }

  private void publish(String exchange, String routingKey, String messageId, String body)
      throws Exception {
    try (Connection connection = AmqpConnection.open(broker.uri());
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.basicPublish(
          exchange,
          routingKey,
          new BasicProperties.Builder().messageId(messageId).build(),
          body.getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(5_000);
    }
  }
}
