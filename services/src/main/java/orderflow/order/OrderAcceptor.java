package orderflow.order;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import orderflow.delivery.Outbox;
import orderflow.event.OrderPlaced;
import orderflow.failpoint.Failpoint;
import orderflow.messaging.Message;
import orderflow.store.Tx;

/** Accepts or refuses orders; records an accepted order and its event in one transaction. */
final class OrderAcceptor {
  static final String APP_ID = "order-service";

  /** The response to one order. */
  enum Decision {
    /** It is new and recorded. */
    ACCEPTED,
    /** The same order was recorded before. */
    REPEATED,
    /** Another order with this id was recorded before. */
    CONFLICT,
    /** The outbox is full; nothing was recorded. */
    OVERLOADED
  }

  private final Outbox outbox;
  private final long outboxLimit;

  /**
   * @param outboxLimit new orders are refused while this many events wait for the broker
   */
  OrderAcceptor(Outbox outbox, long outboxLimit) {
    this.outbox = outbox;
    this.outboxLimit = outboxLimit;
  }

  /** Returns one decision for each order, in order. */
  List<Decision> accept(Tx tx, List<OrderPlaced> orders, Instant now) {
    boolean overloaded = outbox.events().depth(tx) >= outboxLimit;
    List<Decision> decisions = new ArrayList<>(orders.size());
    for (OrderPlaced order : orders) {
      decisions.add(overloaded ? existing(tx, order) : accept(tx, order, now));
    }
    Failpoint.ACCEPT_COMMIT_BEFORE.reach();
    return decisions;
  }

  private Decision accept(Tx tx, OrderPlaced order, Instant now) {
    if (!OrderTable.insert(tx, order, now)) {
      return existing(tx, order);
    }
    long outboxId = outbox.append(tx, Message.of(order, now, APP_ID), now);
    OrderTable.setOutboxId(tx, order, outboxId);
    return Decision.ACCEPTED;
  }

  private static Decision existing(Tx tx, OrderPlaced order) {
    return OrderTable.find(tx, order.orderId())
        .map(row -> row.order().equals(order) ? Decision.REPEATED : Decision.CONFLICT)
        .orElse(Decision.OVERLOADED);
  }
}
