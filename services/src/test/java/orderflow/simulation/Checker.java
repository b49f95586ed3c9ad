package orderflow.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.inventory.InventoryDoor.Decided;
import orderflow.inventory.InventoryDoor.Level;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Topology;
import orderflow.simulation.Ledger.Identity;
import orderflow.testing.ScriptedBroker;

/**
 * Holds the ledger against what the services have on record and what is left in the queues, once
 * all has come to rest. Each violation is one line that names the order or the message.
 */
final class Checker {
  private final Ledger ledger;
  private final ScriptedBroker queues;
  private final Records records;
  private final List<String> violations = new ArrayList<>();

  /**
   * What the services have on record.
   *
   * @param orders status by order id
   * @param decisions by order id
   * @param stock by item
   * @param initialStock by item, of those that are limited
   * @param notifications status by order id
   * @param shared whether several instances of a service share its store
   */
  record Records(
      Map<String, String> orders,
      Map<String, Decided> decisions,
      Map<String, Level> stock,
      Map<String, Long> initialStock,
      Map<String, String> notifications,
      boolean shared) {}

  Checker(Ledger ledger, ScriptedBroker queues, Records records) {
    this.ledger = ledger;
    this.queues = queues;
    this.records = records;
  }

  List<String> violations() {
    checkAccepted();
    checkOrders();
    checkDecisions();
    checkStock();
    checkNotifications();
    Topology.QUEUES.forEach(this::checkDeadLetters);
    checkReplays();
    return violations;
  }

  private void checkAccepted() {
    for (String id : ledger.accepted().keySet()) {
      if (!records.orders().containsKey(id)) {
        violations.add("lost: %s was accepted and is not on record".formatted(id));
      }
    }
    ledger.clashes().forEach(id -> violations.add("conflict: %s was accepted twice".formatted(id)));
  }

  /** Also those whose clients never got an answer: what is on record has gone all the way. */
  private void checkOrders() {
    records
        .orders()
        .forEach((id, status) -> {
          Decided decided = records.decisions().get(id);
          if (decided == null) {
            violations.add("lost: %s is on record and was never decided".formatted(id));
          } else if (!decided.status().equals(status)) {
            violations.add(
                "inconsistent: %s is %s, decided %s".formatted(id, status, decided.status()));
          }
        });
  }

  private void checkDecisions() {
    Map<String, Set<OrderPlaced>> placed = ledger.placed();
    placed.forEach((id, contents) -> {
      Decided decided = records.decisions().get(id);
      if (decided == null) {
        violations.add("lost: %s was published and never decided".formatted(id));
      } else if (!contents.contains(decided.order())) {
        violations.add("forged: %s was decided with content nobody published".formatted(id));
      }
    });
    for (String id : records.decisions().keySet()) {
      if (!placed.containsKey(id)) {
        violations.add("without a cause: %s was decided and never published".formatted(id));
      }
      Set<String> outcomes = ledger.outcomes().getOrDefault(id, Set.of());
      if (outcomes.size() != 1) {
        violations.add(
            "double effect: %s has the outcomes %s".formatted(id, new TreeSet<>(outcomes)));
      }
    }
    for (String id : ledger.outcomes().keySet()) {
      if (!records.decisions().containsKey(id)) {
        violations.add("without a cause: an outcome of %s, which was never decided".formatted(id));
      }
    }
  }

  private void checkStock() {
    Map<String, Long> reserved = new HashMap<>();
    for (Decided decided : records.decisions().values()) {
      OrderPlaced order = decided.order();
      if (decided.status().equals("reserved")) {
        reserved.merge(order.itemId(), (long) order.qty(), Long::sum);
      } else if (left(order.itemId()) >= order.qty()) {
        // stock only ever goes down here, so there was as much at the time at least
        violations.add("refused: %s failed though there was stock".formatted(order.orderId()));
      }
    }
    records
        .stock()
        .forEach((item, level) -> {
          long sum = reserved.getOrDefault(item, 0L);
          Long initial = records.initialStock().get(item);
          if (level.reserved() != sum) {
            violations.add(
                "double effect: %s reserved %d, orders %d".formatted(item, level.reserved(), sum));
          }
          if (initial != null && (left(item) != initial - sum || initial < sum)) {
            violations.add(
                "stock: %s had %d, has %d, reserved %d"
                    .formatted(item, initial, level.available(), sum));
          }
        });
  }

  private long left(String item) {
    Level level = records.stock().get(item);
    Long available = level == null ? null : level.available();
    return available == null ? Long.MAX_VALUE : available;
  }

  private void checkNotifications() {
    records
        .decisions()
        .forEach((id, decided) -> {
          String status = records.notifications().get(id);
          boolean reserved = decided.status().equals("reserved");
          if (reserved && !"sent".equals(status)) {
            violations.add("lost: %s was reserved, its notification is %s".formatted(id, status));
          } else if (reserved && ledger.told().getOrDefault(id, 0) == 0) {
            violations.add("lost: %s was reserved and its user never told".formatted(id));
          } else if (!reserved && (status != null || ledger.told().containsKey(id))) {
            violations.add("without a cause: %s failed and its user was told".formatted(id));
          }
        });
    for (String id : records.notifications().keySet()) {
      if (!records.decisions().containsKey(id)) {
        violations.add("without a cause: %s was notified and never decided".formatted(id));
      }
    }
  }

  /**
   * Each message that is no event of its queue has one dead letter, by its id; a message that came
   * in several copies, which nobody can tell apart, one at least and no more than there were
   * copies.
   */
  private void checkDeadLetters(String queue) {
    String letters = Topology.deadLetterQueue(queue);
    Map<Identity, Set<String>> ids = new HashMap<>();
    ledger.removed(letters).forEach((message, taken) -> ids.put(message, new TreeSet<>(taken)));
    for (ScriptedBroker.Stored letter : queues.queue(letters)) {
      ids.computeIfAbsent(Identity.of(letter.message()), message -> new TreeSet<>())
          .add(String.valueOf(letter.message().properties().header(DeadLetter.ID)));
    }
    ledger
        .copies(queue)
        .forEach((message, copies) -> {
          int dead = Objects.requireNonNullElse(ids.remove(message), Set.of()).size();
          boolean rejected = isRejected(queue, message.body());
          boolean unsure = records.shared() && message.messageId() == null;
          if (rejected ? dead < 1 || (dead > copies && !unsure) : dead != 0) {
            violations.add(
                "dead letters: %d of %d copies of %s in %s"
                    .formatted(dead, copies, message, letters));
          }
        });
    ids.forEach((message, of) ->
        violations.add(
            "dead letters: %s of %s in %s, from nowhere".formatted(of, message, letters)));
  }

  /** What was taken out of a dead-letter queue was sent back before. */
  private void checkReplays() {
    Map<String, Integer> removed = new HashMap<>();
    for (String queue : Topology.QUEUES) {
      ledger
          .removed(Topology.deadLetterQueue(queue))
          .forEach((message, ids) -> removed.merge(message.body(), ids.size(), Integer::sum));
    }
    removed.forEach((body, count) -> {
      if (ledger.replayed(body) < count) {
        violations.add(
            "lost: %s was taken out %d times and replayed %d times"
                .formatted(body, count, ledger.replayed(body)));
      }
    });
  }

  private boolean isRejected(String queue, String text) {
    byte[] body = text.getBytes(StandardCharsets.ISO_8859_1);
    try {
      if (queue.equals(Topology.ORDER_PLACED)) {
        OrderPlaced order = EventCodec.decodeOrderPlaced(body);
        Decided decided = records.decisions().get(order.orderId());
        return decided != null && !decided.order().equals(order);
      }
      return EventCodec.decodeOutcome(body).status() == Status.FAILED
          && queue.equals(Topology.INVENTORY_RESERVED);
    } catch (InvalidEventException e) {
      return true;
    }
  }
}
