package orderflow.inventory;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import orderflow.delivery.Disposition;
import orderflow.delivery.Handler;
import orderflow.delivery.Outbox;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Message;
import orderflow.messaging.Topology;
import orderflow.service.MessageMetrics;
import orderflow.store.Tx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reserves stock for each order that was not seen before, and appends the outcome to the outbox.
 */
final class OrderPlacedHandler implements Handler<OrderPlaced> {
  static final String APP_ID = "inventory-service";
  private static final Logger LOG = LoggerFactory.getLogger("InventoryService");

  private final Outbox outbox;
  private final Predicate<OrderPlaced> forcedToFail;
  private final MeterRegistry metrics;

  OrderPlacedHandler(Outbox outbox, Predicate<OrderPlaced> forcedToFail, MeterRegistry metrics) {
    this.outbox = outbox;
    this.forcedToFail = forcedToFail;
    this.metrics = metrics;
  }

  @Override
  public String queue() {
    return Topology.ORDER_PLACED;
  }

  @Override
  public List<Event.Type> accepts() {
    return List.of(Event.Type.ORDER_PLACED);
  }

  @Override
  public OrderPlaced decode(byte[] body) {
    return EventCodec.decodeOrderPlaced(body);
  }

  @Override
  public List<Disposition> apply(Tx tx, List<OrderPlaced> orders, Instant now) {
    List<Optional<Disposition>> seen = new ArrayList<>(orders.size());
    Map<String, OrderPlaced> fresh = new LinkedHashMap<>();
    for (OrderPlaced order : orders) {
      seen.add(seenBefore(tx, order, fresh));
    }
    Map<String, Disposition> effects = reserve(tx, List.copyOf(fresh.values()), now);
    List<Disposition> verdicts = new ArrayList<>(orders.size());
    for (int i = 0; i < orders.size(); i++) {
      OrderPlaced order = orders.get(i);
      Disposition verdict =
          seen.get(i).orElseGet(() -> Objects.requireNonNull(effects.get(order.orderId())));
      if (verdict instanceof Disposition.Duplicate) {
        ReservationTable.countDelivery(tx, order.orderId());
      }
      verdicts.add(verdict);
    }
    return verdicts;
  }

  /**
   * Whether {@code order} is known, from the store or from earlier in the batch; else joins fresh.
   */
  private static Optional<Disposition> seenBefore(
      Tx tx, OrderPlaced order, Map<String, OrderPlaced> fresh) {
    OrderPlaced known = fresh.get(order.orderId());
    if (known == null) {
      known =
          ReservationTable.find(tx, order.orderId()).map(ReservationTable.Row::order).orElse(null);
    }
    if (known == null) {
      fresh.put(order.orderId(), order);
      return Optional.empty();
    }
    return Optional.of(
        known.equals(order)
            ? new Disposition.Duplicate()
            : new Disposition.Rejected(
                Reason.CONFLICT,
                "the order " + order.orderId() + " was seen before with other content"));
  }

  private Map<String, Disposition> reserve(Tx tx, List<OrderPlaced> orders, Instant now) {
    TreeSet<String> items = new TreeSet<>();
    orders.forEach(order -> items.add(order.itemId()));
    List<InventoryOutcome> outcomes =
        Reservation.decide(StockTable.available(tx, items), orders, forcedToFail);
    SortedMap<String, Long> quantities = new TreeMap<>();
    Map<String, Disposition> effects = new HashMap<>();
    for (int i = 0; i < orders.size(); i++) {
      OrderPlaced order = orders.get(i);
      InventoryOutcome outcome = outcomes.get(i);
      if (outcome.status() == Status.RESERVED) {
        quantities.merge(order.itemId(), (long) order.qty(), Long::sum);
      }
      ReservationTable.insert(tx, order, outcome, now);
      outbox.append(tx, Message.of(outcome, now, APP_ID), now);
      effects.put(order.orderId(), new Disposition.Effect(outcome.status().wire()));
    }
    StockTable.reserve(tx, quantities);
    return effects;
  }

  @Override
  public void deadLettered(Reason reason) {
    MessageMetrics.deadLetters(metrics, queue(), reason).increment();
  }

  @Override
  public void committed(List<OrderPlaced> orders, List<Disposition> verdicts) {
    for (int i = 0; i < orders.size(); i++) {
      Disposition verdict = verdicts.get(i);
      String orderId = orders.get(i).orderId();
      switch (verdict) {
        case Disposition.Effect(String result) ->
            LOG.info("Processed order_id={} -> {}", orderId, result);
        case Disposition.Duplicate() -> LOG.info("Idempotent skip for order_id={}", orderId);
        case Disposition.Rejected _ -> {} // logged with its dead letter
      }
      MessageMetrics.count(metrics, queue(), verdict);
    }
  }
}
