package orderflow.cli.prove.probe;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import orderflow.event.Event.Type;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.InventoryOutcome;
import orderflow.messaging.Delivery;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Subscription;

/** Records inventory's outcome events, and counts the distinct ones. Not thread-safe. */
public final class OutcomeRecorder implements AutoCloseable {
  private static final int PREFETCH = 1_000;

  private final Subscription subscription;
  private final Map<String, Set<String>> outcomes = new HashMap<>();
  private final Map<String, InventoryOutcome> first = new HashMap<>();
  private final Predicate<String> wanted;

  private OutcomeRecorder(Subscription subscription, Predicate<String> wanted) {
    this.subscription = subscription;
    this.wanted = wanted;
  }

  /** Records events published from now on whose order id is {@code wanted}. */
  static OutcomeRecorder open(QueueBrowser browser, Predicate<String> wanted) {
    return new OutcomeRecorder(
        browser.tap(
            Type.INVENTORY_RESERVED.exchange(),
            List.of(Type.INVENTORY_RESERVED.routingKey(), Type.INVENTORY_FAILED.routingKey()),
            PREFETCH),
        wanted);
  }

  /** Records the events that arrive within {@code wait}; returns with the first ones. */
  void record(Duration wait) throws InterruptedException {
    List<Delivery> batch = subscription.poll(PREFETCH, wait);
    if (!batch.isEmpty()) {
      batch.forEach(this::count);
      subscription.ackAll(batch);
    }
  }

  private void count(Delivery delivery) {
    InventoryOutcome outcome;
    try {
      outcome = EventCodec.decodeOutcome(delivery.body());
    } catch (InvalidEventException e) {
      return; // not an outcome, so not an effect
    }
    if (wanted.test(outcome.orderId())) {
      first.putIfAbsent(outcome.orderId(), outcome);
      outcomes.computeIfAbsent(outcome.orderId(), _ -> new HashSet<>()).add(identity(delivery));
    }
  }

  /**
   * Message id and time in seconds: the id is derived from the order, so a second effect has the
   * same one, and in another second another time. A resent event keeps both.
   */
  public static String identity(Delivery delivery) {
    String messageId = delivery.properties().messageId();
    return messageId == null
        ? "delivery " + delivery.tag()
        : messageId + " at " + delivery.properties().named().get("timestamp");
  }

  /** The first recorded outcome of the order. */
  Optional<InventoryOutcome> outcomeOf(String orderId) {
    return Optional.ofNullable(first.get(orderId));
  }

  /** How many distinct outcomes of the order were recorded. */
  int outcomesOf(String orderId) {
    return outcomes.getOrDefault(orderId, Set.of()).size();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
