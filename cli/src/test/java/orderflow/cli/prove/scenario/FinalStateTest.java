package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.Judgment;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.testing.AmqpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows, events and dead letters reach the history and its verdict. */
@Timeout(30)
class FinalStateTest {
  private static final String ORDERS =
      "{'orders':[{'order_id':'run-test-00000001','status':'reserved',"
          + "'item_id':'run-test-item','qty':1,'user_id':'u1'}],'next':null}";
  private static final String RESERVATION =
      "{'order_id':'run-test-00000001','status':'reserved','qty':1,"
          + "'item_id':'run-test-item','user_id':'u1','deliveries':1}";
  private static final String PLACED =
      "{\"order_id\":\"run-test-00000001\",\"item_id\":\"run-test-item\",\"qty\":1,\"user_id\":\"u1\"}";
  private static final String OUTCOME =
      "{\"order_id\":\"run-test-00000001\",\"item_id\":\"run-test-item\",\"qty\":1,"
          + "\"user_id\":\"u1\",\"status\":\"reserved\"}";
  private static final String NOTIFICATION =
      "{'order_id':'run-test-00000001','status':'sent','user_id':'u1','attempts':1}";

  private static final Scenario SCENARIO =
      new Scenario(ScenarioSpec.of("test", "for a test", 1), "run");
  private static final String ID = "run-test-00000001";

  private EmbeddedBroker broker;
  private FaultyServices services;
  private int files;
  @TempDir private Path folder;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.inMemory(0);
    services =
        new FaultyServices(broker.uri())
            .answer("/orders", ORDERS)
            .answer("/reservations", reservations(RESERVATION))
            .answer("/notifications", notifications(NOTIFICATION))
            .answer(
                "/stock/" + SCENARIO.item(),
                "{'item_id':'run-test-item','available':null,'reserved':1}");
    services.broker().declareTopology();
  }

  @AfterEach
  void stop() {
    services.close();
    broker.close();
  }

  private static String reservations(String rows) {
    return "{'reservations':[" + rows + "],'next':null}";
  }

  private static String notifications(String rows) {
    return "{'notifications':[" + rows + "],'next':null}";
  }

  private Judgment check() throws Exception {
    return check(() -> {
      publish("order_events", "order.placed", "OrderPlaced:" + ID, PLACED);
      publish("inventory_events", "inventory.reserved", "InventoryReserved:" + ID, OUTCOME);
      // The same once more, as after a crash.
      publish("inventory_events", "inventory.reserved", "InventoryReserved:" + ID, OUTCOME);
      publish("order_events", "order.placed", "x", "no order");
    });
  }

  @FunctionalInterface
  private interface Events {
    void publish() throws Exception;
  }

  private Judgment check(Events published) throws Exception {
    Path file = folder.resolve("history" + files++ + ".ndjson");
    try (HistoryWriter written = HistoryWriter.open(file, Instant.now());
        EventRecorder events = EventRecorder.of(services.broker(), SCENARIO.ids(), written, "")) {
      written.add(HistoryRecords.start(SCENARIO, services, written));
      written.add(
          new HistoryRecord.Request(
              written.now(),
              "order",
              "POST",
              "/order",
              PLACED,
              null,
              0,
              202,
              "{\"status\":\"accepted\",\"order_id\":\"" + ID + "\"}",
              null));
      published.publish();
      events.awaitQuiet();
      FinalState.record(services, "run", SCENARIO.ids().prefix(), SCENARIO.item(), written);
      written.add(new HistoryRecord.End(written.now(), "quiescent", 0, Map.of(), Map.of(), 1));
    }
    return Checker.judge(file);
  }

  @Test
  void correctOrderPasses() throws Exception {
    Judgment judgment = check();

    assertEquals(Verdict.PASS, judgment.verdict(), judgment::toString);
    assertEquals(new Totals(1, 1, 0, 0, 1, List.of(), List.of()), judgment.totals());
  }

  @Test
  void duplicateReservationIsADoubleEffect() throws Exception {
    services.answer("/reservations", reservations(RESERVATION + "," + RESERVATION));

    assertEquals(List.of("run-test-00000001"), check().totals().doubleEffects());
    assertEquals(2, check().totals().reserved());
  }

  @Test
  void duplicateNotificationIsADoubleEffect() throws Exception {
    services.answer("/notifications", notifications(NOTIFICATION + "," + NOTIFICATION));

    assertEquals(List.of("run-test-00000001"), check().totals().doubleEffects());
    assertEquals(2, check().totals().notified());
  }

  @Test
  void stockReservedTwiceIsUnexplained() throws Exception {
    services.answer(
        "/stock/" + SCENARIO.item(), "{'item_id':'run-test-item','available':null,'reserved':2}");

    assertEquals(1, check().unexplained());
    assertEquals(Verdict.FAIL, check().verdict());
  }

  /** In any of the three queues, by body or message id, among other dead letters. */
  @Test
  void deadLettersOfTheRunAreCounted() throws Exception {
    dead("order_placed_dlq", "OrderPlaced:other", "{\"order_id\":\"other-1\"}");
    dead("order_placed_dlq", "x", "{\"order_id\":\"run-test-00000001\",\"qty\":-1}");
    dead("inventory_reserved_dlq", "InventoryReserved:run-test-00000001", "broken {");
    dead("order_outcome_dlq", "InventoryReserved:other-2", "broken {");
    dead("order_outcome_dlq", "InventoryReserved:run-test-00000001", "broken {");
    Judgment judgment = check();

    assertEquals(3, judgment.totals().deadLettered());
    assertEquals(Verdict.FAIL, judgment.verdict());
    for (String queue : List.of("order_placed_dlq", "inventory_reserved_dlq")) {
      assertTrue(
          judgment.findings().stream()
              .anyMatch(each -> ID.equals(each.order()) && each.text().startsWith("in " + queue)),
          judgment::toString);
    }
  }

  @Test
  void endlessListOfAServiceFails() {
    services.answer("/orders", ORDERS.replace("null", "'run-test-00000001'"));

    assertThrows(CliException.class, this::check);
  }

  @Test
  void twoOutcomeEventsAreADoubleEffect() throws Exception {
    Judgment judgment =
        check(() -> {
          publish("order_events", "order.placed", "OrderPlaced:" + ID, PLACED);
          publish("inventory_events", "inventory.reserved", "one", OUTCOME);
          publish("inventory_events", "inventory.failed", "other", OUTCOME);
        });

    assertEquals(List.of(ID), judgment.totals().doubleEffects());
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
          new BasicProperties.Builder()
              .messageId(messageId)
              .type(messageId.replaceFirst(":.*", ""))
              .contentType("application/json")
              .deliveryMode(2)
              .correlationId(messageId.contains(ID) ? ID : messageId)
              .timestamp(Date.from(Instant.now()))
              .build(),
          body.getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(5_000);
    }
  }
}
