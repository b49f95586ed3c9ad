package orderflow.notification;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.event.InventoryOutcome;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell, and who was told. The short table {@code unsent} is the sender's work list, so that
 * the long one need not be searched.
 */
final class NotificationTable {
  /** That many take a few milliseconds. */
  static final int MAX_COUNTED = 100_000;

  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE notifications (
            order_id TEXT PRIMARY KEY,
            user_id TEXT NOT NULL,
            item_id TEXT,
            qty INTEGER,
            status TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            error TEXT,
            recorded_at INTEGER NOT NULL,
            sent_at INTEGER,
            deliveries INTEGER NOT NULL
          ) WITHOUT ROWID
          """,
          """
          CREATE TABLE unsent (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            order_id TEXT NOT NULL UNIQUE,
            due_at INTEGER NOT NULL
          )
          """,
          "CREATE INDEX unsent_due ON unsent (due_at, id)");

  /** A later step of the schema: refusals that count, and what was given up, found at once. */
  static final List<String> GIVEN_UP_SCHEMA =
      List.of(
          "ALTER TABLE unsent ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0",
          "CREATE INDEX notifications_given_up ON notifications (order_id)"
              + " WHERE status = 'given_up'");

  private static final String SELECT =
      "SELECT order_id, user_id, item_id, qty, status, attempts, error, recorded_at, sent_at,"
          + " deliveries FROM notifications";

  /**
   * One notification and its state.
   *
   * @param status pending, sent or given_up
   * @param attempts how often it was sent or refused
   * @param error why it did not go out the last time it was tried
   * @param deliveries how often the event has arrived, the first included
   */
  record Row(
      Notification notification,
      String status,
      int attempts,
      @Nullable String error,
      Instant recordedAt,
      @Nullable Instant sentAt,
      long deliveries) {
    Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("order_id", notification.orderId());
      json.put("user_id", notification.userId());
      json.put("status", status);
      json.put("message_id", notification.messageId());
      json.put("attempts", attempts);
      if (error != null) {
        json.put("error", error);
      }
      json.put("recorded_at", recordedAt.toString());
      if (sentAt != null) {
        json.put("sent_at", sentAt.toString());
      }
      json.put("deliveries", deliveries);
      return json;
    }
  }

  /**
   * One that is due.
   *
   * @param refusals how many of its refusals count
   */
  record Due(Row row, int refusals) {
    String orderId() {
      return row.notification().orderId();
    }
  }

  private NotificationTable() {}

  /** Whether it was new; then it is due at once. */
  static boolean insert(Tx tx, InventoryOutcome outcome, Instant now) {
    boolean inserted =
        tx.update(
                "INSERT INTO notifications (order_id, user_id, item_id, qty, status, attempts,"
                    + " recorded_at, deliveries) VALUES (?, ?, ?, ?, 'pending', 0, ?, 1)"
                    + " ON CONFLICT (order_id) DO NOTHING",
                outcome.orderId(),
                outcome.userId(),
                outcome.itemId(),
                outcome.qty(),
                now.toEpochMilli())
            == 1;
    if (inserted) {
      tx.update(
          "INSERT INTO unsent (order_id, due_at) VALUES (?, ?)",
          outcome.orderId(),
          now.toEpochMilli());
    }
    return inserted;
  }

  static Optional<Row> find(Tx tx, String orderId) {
    return tx.query(SELECT + " WHERE order_id = ?", NotificationTable::map, orderId).stream()
        .findFirst();
  }

  /** Rows behind {@code after} in the order of their ids. */
  static List<Row> page(Tx tx, String after, int limit) {
    return tx.query(
        SELECT + " WHERE order_id > ? ORDER BY order_id LIMIT ?",
        NotificationTable::map,
        after,
        limit);
  }

  static void countDelivery(Tx tx, String orderId) {
    tx.update("UPDATE notifications SET deliveries = deliveries + 1 WHERE order_id = ?", orderId);
  }

  /** What is to be sent by {@code now}, the longest due first. */
  static List<Due> due(Tx tx, Instant now, int limit) {
    return tx.query(
        "SELECT n.order_id, n.user_id, n.item_id, n.qty, n.status, n.attempts, n.error,"
            + " n.recorded_at, n.sent_at, n.deliveries, u.refusals"
            + " FROM unsent u JOIN notifications n ON n.order_id = u.order_id"
            + " WHERE u.due_at <= ? ORDER BY u.due_at, u.id LIMIT ?",
        row -> new Due(map(row), (int) row.number(11)),
        now.toEpochMilli(),
        limit);
  }

  /** Whether any is due later than {@code limit}. */
  static boolean isAnyDueAfter(Tx tx, Instant limit) {
    return !tx.query(
            "SELECT 1 FROM unsent WHERE due_at > ? LIMIT 1",
            row -> row.number(1),
            limit.toEpochMilli())
        .isEmpty();
  }

  /** Makes due now what is due later than {@code limit}; answers how many. */
  static int makeDue(Tx tx, Instant limit, Instant now) {
    return tx.update(
        "UPDATE unsent SET due_at = ? WHERE due_at > ?", now.toEpochMilli(), limit.toEpochMilli());
  }

  /** Rows behind {@code after} in the order of their ids that were given up. */
  static List<Row> givenUp(Tx tx, String after, int limit) {
    return tx.query(
        SELECT + " WHERE status = 'given_up' AND order_id > ? ORDER BY order_id LIMIT ?",
        NotificationTable::map,
        after,
        limit);
  }

  /** Rows behind {@code after} in the order of their ids that are still to be sent. */
  static List<Row> pending(Tx tx, String after, int limit) {
    return tx.query(
        "SELECT n.order_id, n.user_id, n.item_id, n.qty, n.status, n.attempts, n.error,"
            + " n.recorded_at, n.sent_at, n.deliveries"
            + " FROM unsent u JOIN notifications n ON n.order_id = u.order_id"
            + " WHERE u.order_id > ? ORDER BY u.order_id LIMIT ?",
        NotificationTable::map,
        after,
        limit);
  }

  /** How many were given up, counted up to {@link #MAX_COUNTED}. */
  static long countGivenUp(Tx tx) {
    return tx.query(
            "SELECT count(*) FROM"
                + " (SELECT 1 FROM notifications WHERE status = 'given_up' LIMIT ?)",
            row -> row.number(1),
            MAX_COUNTED)
        .getFirst();
  }

  /** Has one that was given up sent again; false when it was not given up. */
  static boolean resend(Tx tx, String orderId, Instant now) {
    boolean givenUp =
        tx.update(
                "UPDATE notifications SET status = 'pending'"
                    + " WHERE order_id = ? AND status = 'given_up'",
                orderId)
            == 1;
    if (givenUp) {
      tx.update("INSERT INTO unsent (order_id, due_at) VALUES (?, ?)", orderId, now.toEpochMilli());
    }
    return givenUp;
  }

  /**
   * How many are still to be sent, counted up to {@link #MAX_COUNTED}. The span of their ids would
   * cost nothing, but one that is deferred for days would make it grow by all that go out
   * meanwhile.
   */
  static long unsent(Tx tx) {
    return tx.query(
            "SELECT count(*) FROM (SELECT 1 FROM unsent WHERE id > 0 LIMIT ?)",
            row -> row.number(1),
            MAX_COUNTED)
        .getFirst();
  }

  static boolean isAnyUnsent(Tx tx) {
    return !tx.query("SELECT 1 FROM unsent WHERE id > 0 LIMIT 1", row -> row.number(1)).isEmpty();
  }

  static void sent(Tx tx, String orderId, Instant now) {
    tx.update("DELETE FROM unsent WHERE order_id = ?", orderId);
    tx.update(
        "UPDATE notifications SET status = 'sent', attempts = attempts + 1, error = NULL,"
            + " sent_at = ? WHERE order_id = ?",
        now.toEpochMilli(),
        orderId);
  }

  /**
   * @param counts whether it is held against the notification
   */
  static void refused(Tx tx, String orderId, String error, boolean counts, Instant nextAt) {
    tx.update("UPDATE notifications SET attempts = attempts + 1 WHERE order_id = ?", orderId);
    if (counts) {
      tx.update("UPDATE unsent SET refusals = refusals + 1 WHERE order_id = ?", orderId);
    }
    postponed(tx, orderId, error, nextAt);
  }

  /** To be tried again without counting as an attempt. */
  static void postponed(Tx tx, String orderId, String error, Instant nextAt) {
    tx.update("UPDATE unsent SET due_at = ? WHERE order_id = ?", nextAt.toEpochMilli(), orderId);
    tx.update("UPDATE notifications SET error = ? WHERE order_id = ?", error, orderId);
  }

  static void givenUp(Tx tx, String orderId, String error) {
    tx.update("DELETE FROM unsent WHERE order_id = ?", orderId);
    tx.update(
        "UPDATE notifications SET status = 'given_up', attempts = attempts + 1, error = ?"
            + " WHERE order_id = ?",
        error,
        orderId);
  }

  private static Row map(Tx.Row row) {
    Long qty = row.numberOrNull(4);
    Long sentAt = row.numberOrNull(9);
    return new Row(
        new Notification(
            row.text(1), row.text(2), row.textOrNull(3), qty == null ? null : qty.intValue()),
        row.text(5),
        (int) row.number(6),
        row.textOrNull(7),
        Instant.ofEpochMilli(row.number(8)),
        sentAt == null ? null : Instant.ofEpochMilli(sentAt),
        row.number(10));
  }
}
