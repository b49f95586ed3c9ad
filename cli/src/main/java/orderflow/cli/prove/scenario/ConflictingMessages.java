package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.probe.ConfirmedPublish;
import orderflow.cli.prove.probe.DeadLetterRemover;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Another program sends messages with the ids of decided orders and other content. Each must become
 * a dead letter, and the records must stay as they are.
 */
final class ConflictingMessages implements Fault {
  private static final int ORDERS = 10;
  private static final String OTHER_USER = "Somebody-else";
  private static final String REASON = DeadLetter.Reason.CONFLICT.wire();
  private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(30);
  private static final Duration DEAD_LETTER_LIMIT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private final String run;
  private final OwnOrders orders;
  private final List<OrderPlaced> placed = new ArrayList<>();
  private final Map<String, Message> sent = new LinkedHashMap<>();
  private @Nullable HistoryWriter history;

  /**
   * @param run makes ids unique
   */
  ConflictingMessages(String run) {
    this.run = run;
    this.orders = new OwnOrders(run + "-conflict-");
  }

  @Override
  public String description() {
    return "messages that contradict decided orders";
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return Fault.unlisted(environment, ServiceName.values());
  }

  @Override
  public void useHistory(HistoryWriter writer) {
    history = writer;
    orders.useHistory(writer);
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    for (int number = 0; number < ORDERS; number++) {
      var order = new OrderPlaced(orders.id(number), run + "-conflict-item", 2, "User-" + number);
      if (orders.place(environment, order).status() == PlaceStatus.ACCEPTED) {
        placed.add(order);
      }
    }
    for (OrderPlaced order : placed) {
      awaitFinal(environment, order);
      add(Topology.ORDER_PLACED, new OrderPlaced(order.orderId(), order.itemId(), 3, "User-3"));
      add(Topology.ORDER_OUTCOME, outcome(order, InventoryOutcome.Status.FAILED, order.userId()));
      add(
          Topology.INVENTORY_RESERVED,
          outcome(order, InventoryOutcome.Status.RESERVED, OTHER_USER));
    }
    new ConfirmedPublish(List.copyOf(sent.values())).run(environment.broker());
    for (Message message : sent.values()) {
      Objects.requireNonNull(history)
          .add(MessageRecords.poison(history.now(), message, message.routingKey(), REASON, true));
    }
  }

  private static void awaitFinal(TestEnvironment environment, OrderPlaced order)
      throws InterruptedException {
    var limit = new Deadline(OUTCOME_LIMIT);
    while (!isFinal(environment, order.orderId())) {
      if (limit.isOver()) {
        throw new CliException(
            ExitCode.FAILED, order.orderId() + " is not final after " + limit.waited());
      }
      Thread.sleep(POLL);
    }
  }

  private static boolean isFinal(TestEnvironment environment, String orderId)
      throws InterruptedException {
    return environment.orders().status(orderId).filter("reserved"::equals).isPresent()
        && environment.notifications().status(orderId).isPresent();
  }

  private static InventoryOutcome outcome(
      OrderPlaced order, InventoryOutcome.Status status, String user) {
    boolean failed = status == InventoryOutcome.Status.FAILED;
    return new InventoryOutcome(
        order.orderId(),
        status,
        user,
        order.itemId(),
        order.qty(),
        failed ? "said another program" : null);
  }

  /** Sent to the queue: on its exchange, it would be an event of the flow for all others. */
  private void add(String queue, Event event) {
    String messageId = "%s-conflict-%d".formatted(run, sent.size());
    sent.put(
        messageId,
        new Message(
            "",
            queue,
            MessageProperties.persistent(messageId).withHeader("sent-by", "another program"),
            EventCodec.encode(event)));
  }

  @Override
  public void heal(TestEnvironment environment) {}

  @Override
  public String requiredEffect() {
    return description() + ": %d orders are decided first".formatted(ORDERS);
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return placed.size() == ORDERS
        ? Optional.empty()
        : Optional.of(
            "%s: only %d of %d orders were accepted"
                .formatted(description(), placed.size(), ORDERS));
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    Map<String, Integer> deadLetters = deadLetters(environment);
    var limit = new Deadline(DEAD_LETTER_LIMIT);
    while (deadLetters.size() < sent.size() && !limit.isOver()) {
      Thread.sleep(POLL);
      deadLetters = deadLetters(environment);
    }
    List<AssertionResult> wrong = new ArrayList<>();
    for (Map.Entry<String, Message> message : sent.entrySet()) {
      if (!deadLetters.containsKey(message.getKey())) {
        wrong.add(
            AssertionResult.wrong(
                "%s: has no dead letter with reason %s and its bytes in %s"
                    .formatted(
                        message.getKey(),
                        REASON,
                        Topology.deadLetterQueue(message.getValue().routingKey()))));
      }
    }
    for (OrderPlaced order : placed) {
      changed(environment, order).map(AssertionResult::wrong).ifPresent(wrong::add);
    }
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        AssertionResult.of(
            "conflicts: %d of %d messages were dead-lettered with reason %s"
                .formatted(deadLetters.size(), sent.size(), REASON),
            wrong.isEmpty()));
    results.addAll(wrong);
    results.addAll(orders.results(environment));
    return results;
  }

  private Optional<String> changed(TestEnvironment environment, OrderPlaced order)
      throws InterruptedException {
    String id = order.orderId();
    String status = environment.orders().status(id).orElse("unknown");
    if (!status.equals("reserved")) {
      return Optional.of("%s: was reserved, and the order service says %s".formatted(id, status));
    }
    Optional<String> user =
        environment.notifications().details(id).map(row -> row.path("user_id").stringValue(""));
    return user.filter(order.userId()::equals).isPresent()
        ? orders.difference(environment, order)
        : Optional.of("%s: is of %s, and %s was notified".formatted(id, order.userId(), user));
  }

  /** How many dead letters each message has, by message id. */
  private Map<String, Integer> deadLetters(TestEnvironment environment)
      throws InterruptedException {
    Map<String, Integer> found = new HashMap<>();
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        browser.visit(
            Topology.deadLetterQueue(queue),
            PATIENCE,
            delivery -> {
              String id = delivery.properties().messageId();
              Message message = id == null ? null : sent.get(id);
              if (message != null
                  && message.routingKey().equals(queue)
                  && Arrays.equals(message.body(), delivery.body())
                  && REASON.equals(delivery.properties().header(DeadLetter.REASON))) {
                found.merge(id, 1, Integer::sum);
              }
              return true;
            });
      }
    }
    return found;
  }

  @Override
  public void tearDown(TestEnvironment environment) throws InterruptedException {
    for (String queue : Topology.QUEUES) {
      DeadLetterRemover.remove(
          environment.broker(), Topology.deadLetterQueue(queue), sent.keySet());
    }
  }
}
