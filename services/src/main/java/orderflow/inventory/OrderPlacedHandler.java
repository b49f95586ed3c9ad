package orderflow.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reserves stock for each new order, and appends the outcome to the outbox. */
final class OrderPlacedHandler implements Handler<OrderPlaced> {
  private static final String APP_ID = "inventory-service";
  private static final Logger LOG = LoggerFactory.getLogger("InventoryService");

  private final Outbox outbox;
  private final Predicate<OrderPlaced> forcedToFail;

  OrderPlacedHandler(Outbox outbox, Predicate<OrderPlaced> forcedToFail) {
    this.outbox = outbox;
    this.forcedToFail = forcedToFail;
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
    List<@Nullable Disposition> known = new ArrayList<>(orders.size());
    Map<String, OrderPlaced> fresh = new LinkedHashMap<>();
    for (OrderPlaced order : orders) {
      OrderPlaced before = fresh.get(order.orderId());
      if (before == null) {
        before =
            ReservationTable.find(tx, order.orderId())
                .map(ReservationTable.Row::order)
                .orElse(null);
      }
      if (before == null) {
        fresh.put(order.orderId(), order);
      }
      known.add(before == null ? null : compare(before, order));
    }
    Map<String, Disposition> effects = reserve(tx, List.copyOf(fresh.values()), now);
    List<Disposition> dispositions = new ArrayList<>(orders.size());
    for (int i = 0; i < orders.size(); i++) {
      String orderId = orders.get(i).orderId();
      Disposition disposition = known.get(i);
      if (disposition instanceof Disposition.Duplicate) {
        ReservationTable.countDelivery(tx, orderId);
      }
      dispositions.add(
          disposition == null ? Objects.requireNonNull(effects.get(orderId)) : disposition);
    }
    return dispositions;
  }

  private static Disposition compare(OrderPlaced before, OrderPlaced order) {
    return before.equals(order)
        ? new Disposition.Duplicate()
        : new Disposition.Rejected(
            Reason.CONFLICT,
            "the order " + order.orderId() + " was seen before with other content");
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
  public void committed(List<OrderPlaced> orders, List<Disposition> dispositions) {
    for (int i = 0; i < orders.size(); i++) {
      String orderId = orders.get(i).orderId();
      switch (dispositions.get(i)) {
        case Disposition.Effect(String result) ->
            LOG.info("Processed order_id={} -> {}", orderId, result);
        case Disposition.Duplicate() -> LOG.info("Idempotent skip for order_id={}", orderId);
        case Disposition.Rejected _ -> {} // logged with its dead letter
      }
    }
  }
}
