package orderflow.order;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Orders and their outcomes: separate tables, because the outcome of an order that another program
 * published may arrive before the order is posted here.
 */
final class OrderTable {
  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE orders (
            order_id TEXT PRIMARY KEY,
            item_id TEXT NOT NULL,
            qty INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            accepted_at INTEGER NOT NULL
          ) WITHOUT ROWID
          """,
          """
          CREATE TABLE outcomes (
            order_id TEXT PRIMARY KEY,
            status TEXT NOT NULL,
            reason TEXT,
            decided_at INTEGER NOT NULL
          ) WITHOUT ROWID
          """);

  /** A later step: the outbox entry of the order's event; null for older orders. */
  static final List<String> OUTBOX_SCHEMA =
      List.of("ALTER TABLE orders ADD COLUMN outbox_id INTEGER");

  private static final String SELECT =
      "SELECT o.order_id, o.item_id, o.qty, o.user_id, o.accepted_at,"
          + " c.status, c.reason, c.decided_at, o.outbox_id"
          + " FROM orders o LEFT JOIN outcomes c ON c.order_id = o.order_id";

  /**
   * An order and its state.
   *
   * @param status accepted, reserved or failed
   * @param outboxId the outbox entry of its event; null when it was not recorded
   */
  record Row(
      OrderPlaced order,
      String status,
      @Nullable String reason,
      Instant acceptedAt,
      @Nullable Instant decidedAt,
      @Nullable Long outboxId) {

    /** For HTTP responses. */
    Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("order_id", order.orderId());
      json.put("status", status);
      json.put("item_id", order.itemId());
      json.put("qty", order.qty());
      json.put("user_id", order.userId());
      if (reason != null) {
        json.put("reason", reason);
      }
      json.put("accepted_at", acceptedAt.toString());
      if (decidedAt != null) {
        json.put("decided_at", decidedAt.toString());
      }
      return json;
    }
  }

  private OrderTable() {}

  /** Inserts a new order; false when the id exists already. */
  static boolean insert(Tx tx, OrderPlaced order, Instant now) {
    return tx.update(
            "INSERT INTO orders (order_id, item_id, qty, user_id, accepted_at)"
                + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (order_id) DO NOTHING",
            order.orderId(),
            order.itemId(),
            order.qty(),
            order.userId(),
            now.toEpochMilli())
        == 1;
  }

  static void setOutboxId(Tx tx, OrderPlaced order, long outboxId) {
    tx.update("UPDATE orders SET outbox_id = ? WHERE order_id = ?", outboxId, order.orderId());
  }

  /** Inserts the first outcome of an order; false when there is one already. */
  static boolean insertOutcome(Tx tx, InventoryOutcome outcome, Instant now) {
    return tx.update(
            "INSERT INTO outcomes (order_id, status, reason, decided_at)"
                + " VALUES (?, ?, ?, ?) ON CONFLICT (order_id) DO NOTHING",
            outcome.orderId(),
            outcome.status().wire(),
            outcome.reason(),
            now.toEpochMilli())
        == 1;
  }

  /** The status of the outcome that is recorded for an order. */
  static Optional<String> outcomeStatus(Tx tx, String orderId) {
    return tx
        .query("SELECT status FROM outcomes WHERE order_id = ?", row -> row.text(1), orderId)
        .stream()
        .findFirst();
  }

  static Optional<Row> find(Tx tx, String orderId) {
    return tx.query(SELECT + " WHERE o.order_id = ?", OrderTable::map, orderId).stream()
        .findFirst();
  }

  /** Rows behind {@code after}, ordered by order id. */
  static List<Row> page(Tx tx, String after, int limit) {
    return tx.query(
        SELECT + " WHERE o.order_id > ? ORDER BY o.order_id LIMIT ?",
        OrderTable::map,
        after,
        limit);
  }

  private static Row map(Tx.Row row) {
    String outcome = row.textOrNull(6);
    Long decidedAt = row.numberOrNull(8);
    return new Row(
        new OrderPlaced(row.text(1), row.text(2), (int) row.number(3), row.text(4)),
        outcome == null ? "accepted" : outcome,
        row.textOrNull(7),
        Instant.ofEpochMilli(row.number(5)),
        decidedAt == null ? null : Instant.ofEpochMilli(decidedAt),
        row.numberOrNull(9));
  }
}
