package orderflow.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Topology;
import orderflow.store.Tx;
import orderflow.testing.SimulatedCrash;

/**
 * A handler whose effect is one row per order. It throws, or simulates a crash, for the orders that
 * a test names.
 */
final class RecordingHandler implements Handler<OrderPlaced> {
  static final List<String> SCHEMA =
      List.of("CREATE TABLE effects (order_id TEXT PRIMARY KEY, qty INTEGER NOT NULL)");

  private final Set<String> throwing = new HashSet<>();
  private final Set<String> crashing = new HashSet<>();
  private final List<List<String>> transactions = new ArrayList<>();
  private final List<Disposition> committed = new ArrayList<>();
  private boolean throwingOnCommitted;

  /** From now on handling {@code orderId} throws. */
  void throwFor(String orderId) {
    throwing.add(orderId);
  }

  /** From now on handling throws no more. */
  void recover() {
    throwing.clear();
  }

  /** From now on handling {@code orderId} crashes the process. */
  void crashOn(String orderId) {
    crashing.add(orderId);
  }

  /** From now on it throws after each commit. */
  void throwOnCommitted() {
    throwingOnCommitted = true;
  }

  /** The orders of each transaction that was begun. */
  List<List<String>> transactions() {
    return List.copyOf(transactions);
  }

  static List<String> effects(Tx tx) {
    return tx.query("SELECT order_id FROM effects ORDER BY order_id", row -> row.text(1));
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
    transactions.add(orders.stream().map(OrderPlaced::orderId).toList());
    return orders.stream().map(order -> apply(tx, order)).toList();
  }

  private Disposition apply(Tx tx, OrderPlaced order) {
    int inserted =
        tx.update(
            "INSERT INTO effects (order_id, qty) VALUES (?, ?) ON CONFLICT DO NOTHING",
            order.orderId(),
            order.qty());
    if (crashing.contains(order.orderId())) {
      throw new SimulatedCrash();
    }
    if (throwing.contains(order.orderId())) {
      throw new IllegalStateException("on purpose");
    }
    if (inserted == 1) {
      return new Disposition.Effect("written");
    }
    long known =
        tx.query(
                "SELECT qty FROM effects WHERE order_id = ?", row -> row.number(1), order.orderId())
            .getFirst();
    return known == order.qty()
        ? new Disposition.Duplicate()
        : new Disposition.Rejected(Reason.CONFLICT, "other content");
  }

  /** The committed dispositions. */
  List<Disposition> committed() {
    return List.copyOf(committed);
  }

  @Override
  public void committed(List<OrderPlaced> orders, List<Disposition> dispositions) {
    if (throwingOnCommitted) {
      throw new IllegalStateException("on purpose");
    }
    committed.addAll(dispositions);
  }
}
