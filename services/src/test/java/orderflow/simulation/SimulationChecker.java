package orderflow.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.inventory.InventoryTestDriver.Decided;
import orderflow.inventory.InventoryTestDriver.Level;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import orderflow.notification.NotificationTestDriver;
import orderflow.notification.NotificationTestDriver.SentContent;
import orderflow.order.OrderTestDriver;
import orderflow.simulation.SimulationHistory.Copies;
import orderflow.simulation.SimulationHistory.Identity;
import orderflow.testing.Amqp;
import orderflow.testing.ScriptedBroker;
import org.jspecify.annotations.Nullable;

/**
 * Compares the history with the records of the services and the remaining messages in the queues,
 * at the end of a run. Each violation is one line that names the order or the message.
 */
final class SimulationChecker {
  private static final String INSUFFICIENT = "insufficient stock";

  private final SimulationHistory history;
  private final ScriptedBroker queues;
  private final StoredState records;
  private final List<String> violations = new ArrayList<>();

  /**
   * The records of the services.
   *
   * @param orders by order id
   * @param outcomes status by order id, as the order service knows them
   * @param decisions by order id
   * @param stock by item
   * @param initialStock by item, of those that are limited
   * @param notifications by order id
   * @param shared the queues of the services of which several instances share a store
   * @param givesUp whether faults may have made a valid message impossible to process: the store
   *     refused transactions permanently, or processes ended often enough
   */
  record StoredState(
      Map<String, OrderTestDriver.Recorded> orders,
      Map<String, String> outcomes,
      Map<String, Decided> decisions,
      Map<String, Level> stock,
      Map<String, Long> initialStock,
      Map<String, NotificationTestDriver.Recorded> notifications,
      Set<String> shared,
      boolean givesUp) {}

  SimulationChecker(SimulationHistory history, ScriptedBroker queues, StoredState records) {
    this.history = history;
    this.queues = queues;
    this.records = records;
  }

  List<String> violations() {
    violations.addAll(history.violations());
    checkAccepted();
    checkOrders();
    checkDecisions();
    checkOutcomes();
    checkStock();
    checkNotifications();
    Topology.QUEUES.forEach(this::checkDeadLetters);
    checkReplays();
    history
        .unpublished()
        .forEach(message -> violate("lost: committed, never published: %s".formatted(message)));
    return violations;
  }

  private void violate(String violation) {
    violations.add(violation);
  }

  private void checkAccepted() {
    history
        .accepted()
        .forEach((id, order) -> {
          OrderTestDriver.Recorded recorded = records.orders().get(id);
          if (recorded == null) {
            violate("lost: %s was accepted and is not on record".formatted(id));
          } else if (!recorded.order().equals(order)) {
            violate("changed: %s was accepted, on record is %s".formatted(order, recorded.order()));
          }
        });
  }

  /** Includes orders without a response: each recorded order has to be complete. */
  private void checkOrders() {
    records
        .orders()
        .forEach((id, recorded) -> {
          if (!history.isPossible(recorded.order())) {
            violate(
                "without a cause: %s is on record, and was refused if posted"
                    .formatted(recorded.order()));
          }
          checkPublished(id, recorded.order());
          if (!recorded.published()) {
            violate("unknown: no time of publish is recorded for %s".formatted(id));
          }
          Decided decided = records.decisions().get(id);
          if (decided == null) {
            excuse(Topology.ORDER_PLACED, id, "lost: %s is on record, never decided".formatted(id));
          } else if (!decided.status().equals(recorded.status())) {
            excuse(
                Topology.ORDER_OUTCOME,
                id,
                "inconsistent: %s is %s, decided %s"
                    .formatted(id, recorded.status(), decided.status()));
          } else if (!Objects.equals(recorded.reason(), reason(decided))) {
            violate("changed: %s failed because of %s".formatted(id, recorded.reason()));
          }
        });
  }

  private static @Nullable String reason(Decided decided) {
    return decided.status().equals("failed") ? INSUFFICIENT : null;
  }

  private void checkPublished(String id, OrderPlaced order) {
    List<Message> events = history.appendedEvents("order_events", id);
    if (events.size() != 1) {
      violate("double effect: %s has %d events".formatted(id, events.size()));
    }
    for (Message event : events) {
      if (!SimulationHistory.order(SimulationHistory.text(event.body())).equals(List.of(order))) {
        violate(
            "changed: %s was accepted, published is %s"
                .formatted(order, SimulationHistory.text(event.body())));
      }
      checkOurs(event, "OrderPlaced", "order.placed", id, "order-service");
    }
  }

  /** The properties of our events in the contract. */
  private void checkOurs(Message event, String type, String key, String id, String app) {
    var amqp = Amqp.basic(event.properties());
    boolean right =
        event.routingKey().equals(key)
            && (type + ":" + id).equals(amqp.getMessageId())
            && type.equals(amqp.getType())
            && id.equals(amqp.getCorrelationId())
            && app.equals(amqp.getAppId())
            && "application/json".equals(amqp.getContentType())
            && Objects.equals(amqp.getDeliveryMode(), 2)
            && event.properties().headers().isEmpty();
    if (!right) {
      violate(
          "changed: the properties of an event of %s: %s %s"
              .formatted(id, event.routingKey(), amqp));
    }
  }

  /** A message that was given up has a dead letter instead of its effect. */
  private void excuse(String queue, String orderId, String violation) {
    boolean deadLetter =
        history.copies(queue).entrySet().stream()
            .filter(message -> message.getValue().reasons().contains(Reason.PROCESSING))
            .anyMatch(message -> orderId.equals(orderId(queue, message.getKey())));
    if (!deadLetter || !records.givesUp()) {
      violations.add(violation);
    }
  }

  private static @Nullable String orderId(String queue, Identity message) {
    return queue.equals(Topology.ORDER_PLACED)
        ? SimulationHistory.order(message.body()).stream()
            .map(OrderPlaced::orderId)
            .findFirst()
            .orElse(null)
        : SimulationHistory.outcome(message.body()).stream()
            .map(InventoryOutcome::orderId)
            .findFirst()
            .orElse(null);
  }

  private void checkDecisions() {
    Map<String, Set<OrderPlaced>> placed = history.placed();
    placed.forEach((id, contents) -> {
      Decided decided = records.decisions().get(id);
      if (decided == null) {
        excuse(Topology.ORDER_PLACED, id, "lost: %s was published, never decided".formatted(id));
      } else if (!contents.contains(decided.order())) {
        violate("forged: %s was decided with content that was never published".formatted(id));
      }
    });
    records
        .decisions()
        .forEach((id, decided) -> {
          OrderTestDriver.Recorded recorded = records.orders().get(id);
          boolean ours = recorded != null && recorded.order().equals(decided.order());
          if (!ours && !history.foreignOrders(id).contains(decided.order())) {
            violate(
                "without a cause: %s was decided and never published".formatted(decided.order()));
          }
          checkOutcomeEvents(id, decided);
        });
    for (String id : history.withEvents()) {
      if (!records.decisions().containsKey(id) && !records.orders().containsKey(id)) {
        violate("without a cause: an event about %s, which is not on record".formatted(id));
      }
    }
  }

  private void checkOutcomeEvents(String id, Decided decided) {
    List<Message> events = history.appendedEvents("inventory_events", id);
    if (events.size() != 1) {
      violate("double effect: %s has %d outcomes".formatted(id, events.size()));
    }
    OrderPlaced order = decided.order();
    var expected =
        new InventoryOutcome(
            id,
            Status.of(decided.status()),
            order.userId(),
            order.itemId(),
            order.qty(),
            reason(decided));
    for (Message event : events) {
      if (!SimulationHistory.outcome(SimulationHistory.text(event.body()))
          .equals(List.of(expected))) {
        violate(
            "changed: %s was decided, published is %s"
                .formatted(expected, SimulationHistory.text(event.body())));
      }
      boolean reserved = expected.status() == Status.RESERVED;
      checkOurs(
          event,
          reserved ? "InventoryReserved" : "InventoryFailed",
          reserved ? "inventory.reserved" : "inventory.failed",
          id,
          "inventory-service");
    }
  }

  /** Includes the outcomes of other programs. */
  private void checkOutcomes() {
    history
        .foreignOutcomes()
        .forEach((id, outcomes) -> {
          String status = records.outcomes().get(id);
          if (status == null) {
            excuse(Topology.ORDER_OUTCOME, id, "lost: the foreign outcome of %s".formatted(id));
          } else if (outcomes.stream().noneMatch(each -> each.status().wire().equals(status))) {
            violate(
                "forged: %s is %s, the foreign outcomes are %s".formatted(id, status, outcomes));
          }
        });
    for (String id : records.outcomes().keySet()) {
      if (!records.decisions().containsKey(id) && !history.foreignOutcomes().containsKey(id)) {
        violate("without a cause: %s has an outcome, and was never decided".formatted(id));
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
        // stock only decreases here, so it was at least as high at that time
        violate("refused: %s failed though there was stock".formatted(order.orderId()));
      }
    }
    records
        .stock()
        .forEach((item, level) -> {
          long sum = reserved.getOrDefault(item, 0L);
          Long initial = records.initialStock().get(item);
          if (level.reserved() != sum) {
            violate(
                "double effect: %s reserved %d, orders %d".formatted(item, level.reserved(), sum));
          }
          if (initial != null && (left(item) != initial - sum || initial < sum)) {
            violate(
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
    Map<String, Set<SentContent>> due = expectedNotifications();
    due.forEach((id, contents) -> {
      NotificationTestDriver.Recorded recorded = records.notifications().get(id);
      if (recorded == null) {
        excuse(
            Topology.INVENTORY_RESERVED, id, "lost: %s was reserved, not notified".formatted(id));
      } else if (!recorded.status().equals("sent")) {
        violate("lost: %s was reserved, its notification is %s".formatted(id, recorded.status()));
      } else if (!contents.contains(recorded.content())) {
        violate("changed: %s was reserved, recorded is %s".formatted(contents, recorded.content()));
      } else if (!history.notified().containsKey(id)) {
        violate("lost: %s was reserved and its user never notified".formatted(id));
      }
    });
    Set<String> ids = new TreeSet<>(records.notifications().keySet());
    ids.addAll(history.notified().keySet());
    for (String id : ids) {
      if (!due.containsKey(id)) {
        violate("without a cause: %s was notified and never reserved".formatted(id));
      }
    }
    history
        .notified()
        .forEach((id, contents) -> {
          NotificationTestDriver.Recorded recorded = records.notifications().get(id);
          for (SentContent content : new HashSet<>(contents)) {
            if (recorded == null || !recorded.content().equals(content)) {
              violate("changed: sent was %s, recorded %s".formatted(content, recorded));
            }
          }
        });
  }

  /** The expected notifications: of our decisions, and of another program's outcomes. */
  private Map<String, Set<SentContent>> expectedNotifications() {
    Map<String, Set<SentContent>> due = new HashMap<>();
    records
        .decisions()
        .forEach((id, decided) -> {
          OrderPlaced order = decided.order();
          if (decided.status().equals("reserved")) {
            due.put(id, Set.of(new SentContent(id, order.userId(), order.itemId(), order.qty())));
          }
        });
    history
        .foreignOutcomes()
        .forEach((id, outcomes) ->
            outcomes.stream()
                .filter(outcome -> outcome.status() == Status.RESERVED)
                .forEach(outcome ->
                    due.computeIfAbsent(id, any -> new HashSet<>())
                        .add(
                            new SentContent(
                                id, outcome.userId(), outcome.itemId(), outcome.qty()))));
    return due;
  }

  /**
   * Each copy of a message that has to be rejected has a dead letter, and one more at most for each
   * time that it was delivered again or that a commit was reported as failed; all have the same id.
   */
  private void checkDeadLetters(String queue) {
    String deadLetters = Topology.deadLetterQueue(queue);
    Map<Identity, List<String>> ids = new HashMap<>();
    history
        .removed(deadLetters)
        .forEach((message, taken) -> ids.put(message, new ArrayList<>(taken)));
    for (ScriptedBroker.Stored deadLetter : queues.queue(deadLetters)) {
      ids.computeIfAbsent(Identity.ofDeadLetter(deadLetter.message()), message -> new ArrayList<>())
          .add(String.valueOf(deadLetter.message().properties().header(DeadLetter.ID)));
    }
    history
        .copies(queue)
        .forEach((message, copies) -> {
          List<String> found = Objects.requireNonNullElse(ids.remove(message), List.of());
          Optional<Reason> expected = expected(queue, message);
          int least = expected.isPresent() ? copies.published() : 0;
          int most = copies.published() + copies.returned() + copies.unanswered();
          if (expected.isEmpty() && !records.givesUp()) {
            most = 0;
          }
          int written = copies.deadLetters();
          if (written < least || written > most || found.size() < written) {
            violate(
                "dead letters: %d written and %d published of %d copies of %s in %s, expected %d to %d (%s)"
                    .formatted(
                        written,
                        found.size(),
                        copies.published(),
                        message,
                        deadLetters,
                        least,
                        most,
                        expected));
          }
          Set<String> different = new TreeSet<>(copies.deadLetterIds());
          different.addAll(found);
          if (different.size() > 1) {
            violate("dead letters: those of %s have the ids %s".formatted(message, different));
          }
          checkReasons(message, copies, expected);
        });
    ids.forEach((message, of) ->
        violate("dead letters: %s of %s in %s, from nowhere".formatted(of, message, deadLetters)));
  }

  private void checkReasons(Identity message, Copies copies, Optional<Reason> expected) {
    Set<Reason> others = new TreeSet<>(copies.reasons());
    expected.ifPresent(others::remove);
    if (records.givesUp()) {
      others.remove(Reason.PROCESSING);
    }
    if (!others.isEmpty()) {
      violate("dead letters: %s of %s, expected %s".formatted(others, message, expected));
    }
  }

  /** Each dead letter that was removed from its queue was replayed before. */
  private void checkReplays() {
    Map<String, Integer> removed = new HashMap<>();
    for (String queue : Topology.QUEUES) {
      history
          .removed(Topology.deadLetterQueue(queue))
          .forEach((message, ids) -> removed.merge(message.body(), ids.size(), Integer::sum));
    }
    removed.forEach((body, count) -> {
      if (history.replayed(body) < count) {
        violate(
            "lost: %s was taken out %d times and replayed %d times"
                .formatted(body, count, history.replayed(body)));
      }
    });
  }

  /** Why {@code queue} has to reject a message; empty when it must not. */
  private Optional<Reason> expected(String queue, Identity message) {
    Reason poison = history.poison(queue, message);
    if (poison != null) {
      return Optional.of(poison);
    }
    if (queue.equals(Topology.ORDER_PLACED)) {
      return SimulationHistory.order(message.body()).stream()
          .filter(order -> contradicts(order))
          .map(order -> Reason.CONFLICT)
          .findFirst();
    }
    return SimulationHistory.outcome(message.body()).stream()
        .filter(outcome -> contradicts(queue, outcome))
        .map(outcome -> Reason.CONFLICT)
        .findFirst();
  }

  private boolean contradicts(OrderPlaced order) {
    Decided decided = records.decisions().get(order.orderId());
    return decided != null && !decided.order().equals(order);
  }

  private boolean contradicts(String queue, InventoryOutcome outcome) {
    if (queue.equals(Topology.ORDER_OUTCOME)) {
      String status = records.outcomes().get(outcome.orderId());
      return status != null && !status.equals(outcome.status().wire());
    }
    NotificationTestDriver.Recorded recorded = records.notifications().get(outcome.orderId());
    return recorded != null
        && !recorded
            .content()
            .equals(
                new SentContent(
                    outcome.orderId(), outcome.userId(), outcome.itemId(), outcome.qty()));
  }
}
