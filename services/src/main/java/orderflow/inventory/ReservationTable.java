package orderflow.inventory;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** The decision for each order: it is never deleted, so duplicates are always recognised. */
final class ReservationTable {
  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE reservations (
            order_id TEXT PRIMARY KEY,
            item_id TEXT NOT NULL,
            qty INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            decided_at INTEGER NOT NULL,
            deliveries INTEGER NOT NULL
          ) WITHOUT ROWID
          """);

  private static final String SELECT =
      "SELECT order_id, item_id, qty, user_id, status, reason, decided_at, deliveries"
          + " FROM reservations";

  /**
   * One decision.
   *
   * @param deliveries how often the order has arrived, the first included
   */
  record Row(
      OrderPlaced order,
      String status,
      @Nullable String reason,
      Instant decidedAt,
      long deliveries) {
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
      json.put("decided_at", decidedAt.toString());
      json.put("deliveries", deliveries);
      return json;
    }
  }

  private ReservationTable() {}

  static Optional<Row> find(Tx tx, String orderId) {
    return tx.query(SELECT + " WHERE order_id = ?", ReservationTable::map, orderId).stream()
        .findFirst();
  }

  /** Rows behind {@code after}, ordered by order id. */
  static List<Row> page(Tx tx, String after, int limit) {
    return tx.query(
        SELECT + " WHERE order_id > ? ORDER BY order_id LIMIT ?",
        ReservationTable::map,
        after,
        limit);
  }

  static void insert(Tx tx, OrderPlaced order, InventoryOutcome outcome, Instant now) {
    tx.update(
        "INSERT INTO reservations"
            + " (order_id, item_id, qty, user_id, status, reason, decided_at, deliveries)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        order.orderId(),
        order.itemId(),
        order.qty(),
        order.userId(),
        outcome.status().wire(),
        outcome.reason(),
        now.toEpochMilli());
  }

  static void countDelivery(Tx tx, String orderId) {
    tx.update("UPDATE reservations SET deliveries = deliveries + 1 WHERE order_id = ?", orderId);
  }

  private static Row map(Tx.Row row) {
    return new Row(
        new OrderPlaced(row.text(1), row.text(2), (int) row.number(3), row.text(4)),
        row.text(5),
        row.textOrNull(6),
        Instant.ofEpochMilli(row.number(7)),
        row.number(8));
  }
}
