package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.cli.client.InventoryClient.Stock;
import orderflow.cli.client.ServiceClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.messaging.Delivery;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Records what the services list and what the dead-letter queues contain at the end. */
final class FinalState {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private FinalState() {}

  /**
   * @param run that makes ids unique
   * @param prefix of the order ids
   * @param item that only this run orders
   */
  static void record(
      TestEnvironment environment, String run, String prefix, String item, HistoryWriter history)
      throws InterruptedException {
    if (environment.view(ServiceName.ORDER).lists()) {
      addRows(environment.orders(), "orders", prefix, history);
    }
    if (environment.view(ServiceName.INVENTORY).lists()) {
      addRows(environment.inventory(), "reservations", prefix, history);
      addStock(environment, item, history);
    }
    if (environment.view(ServiceName.NOTIFICATION).lists()) {
      addRows(environment.notifications(), "notifications", prefix, history);
    }
    addDeadLetters(environment, run, history);
  }

  private static void addRows(
      ServiceClient client, String table, String prefix, HistoryWriter history)
      throws InterruptedException {
    List<JsonNode> rows = new ArrayList<>();
    client.eachEntry(table, prefix, rows::add);
    for (JsonNode row : rows) {
      history.add(new HistoryRecord.Row(history.now(), client.name().toString(), table, row));
    }
  }

  private static void addStock(TestEnvironment environment, String item, HistoryWriter history)
      throws InterruptedException {
    Stock stock = environment.inventory().stock(item);
    ObjectNode fields = JsonMapper.shared().createObjectNode();
    fields.put("item_id", item);
    fields.put("available", stock.available() == Long.MAX_VALUE ? null : stock.available());
    fields.put("reserved", stock.reserved());
    history.add(
        new HistoryRecord.Row(
            history.now(), environment.inventory().name().toString(), "stock", fields));
  }

  private static void addDeadLetters(TestEnvironment environment, String run, HistoryWriter history)
      throws InterruptedException {
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        String deadLetterQueue = Topology.deadLetterQueue(queue);
        long depth = browser.depth(deadLetterQueue).orElse(0);
        if (depth == 0) {
          continue;
        }
        List<Delivery> found = new ArrayList<>();
        long seen =
            browser.visit(
                deadLetterQueue,
                PATIENCE,
                delivery -> {
                  if (!environment.isShared() || isOfRun(delivery, run)) {
                    found.add(delivery);
                  }
                  return true;
                });
        for (Delivery delivery : found) {
          history.add(MessageRecords.deadLetter(history.now(), delivery));
        }
        if (seen < depth) {
          history.add(
              new HistoryRecord.Unreadable(
                  history.now(),
                  "only %d of %d messages in %s could be seen"
                      .formatted(seen, depth, deadLetterQueue)));
        }
      }
    }
  }

  private static boolean isOfRun(Delivery delivery, String run) {
    return String.valueOf(delivery.properties().messageId()).contains(run)
        || String.valueOf(DeadLetterInfo.orderIdOf(delivery)).startsWith(run);
  }
}
