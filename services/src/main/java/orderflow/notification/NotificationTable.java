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
 * The notifications. The short table {@code unsent} is the sender's work list, so that the long one
 * need not be searched.
 */
final class NotificationTable {
  /** Counting this many takes a few milliseconds. */
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

  /** A later step of the schema: counted refusals, and an index of those that were given up. */
  static final List<String> GIVEN_UP_SCHEMA =
      List.of(
          "ALTER TABLE unsent ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0",
          "CREATE INDEX notifications_given_up ON notifications (order_id)"
              + " WHERE status = 'given_up'");

  private static final String COLUMNS =
      "SELECT n.order_id, n.user_id, n.item_id, n.qty, n.status, n.attempts, n.error,"
          + " n.recorded_at, n.sent_at, n.deliveries";

  private static final String SELECT = COLUMNS + " FROM notifications n";
  private static final String JOIN =
      " FROM unsent u JOIN notifications n ON n.order_id = u.order_id";

  /**
   * One notification and its state.
   *
   * @param status pending, sent or given_up
   * @param attempts how often it was sent or refused
   * @param error why the last attempt failed
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
   * A notification that is due.
   *
   * @param refusals the number of its refusals that count
   */
  record Due(Row row, int refusals) {
    String orderId() {
      return row.notification().orderId();
    }
  }

  private NotificationTable() {}

  /** Inserts a new notification, due at once; false when it exists already. */
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
      addUnsent(tx, outcome.orderId(), now);
    }
    return inserted;
  }

  static Optional<Row> find(Tx tx, String orderId) {
    return tx.query(SELECT + " WHERE order_id = ?", NotificationTable::map, orderId).stream()
        .findFirst();
  }

  /** Rows behind {@code after}, ordered by order id. */
  static List<Row> page(Tx tx, String after, int limit) {
    return page(tx, SELECT + " WHERE order_id > ? ORDER BY order_id LIMIT ?", after, limit);
  }

  /** As {@link #page}, of those that were given up. */
  static List<Row> givenUp(Tx tx, String after, int limit) {
    String rows = " WHERE status = 'given_up' AND order_id > ? ORDER BY order_id LIMIT ?";
    return page(tx, SELECT + rows, after, limit);
  }

  /** As {@link #page}, of those that are not sent yet. */
  static List<Row> pending(Tx tx, String after, int limit) {
    String rows = " WHERE u.order_id > ? ORDER BY u.order_id LIMIT ?";
    return page(tx, COLUMNS + JOIN + rows, after, limit);
  }

  private static List<Row> page(Tx tx, String sql, String after, int limit) {
    return tx.query(sql, NotificationTable::map, after, limit);
  }

  static void countDelivery(Tx tx, String orderId) {
    tx.update("UPDATE notifications SET deliveries = deliveries + 1 WHERE order_id = ?", orderId);
  }

  /** The notifications due by {@code now}, the longest due first. */
  static List<Due> due(Tx tx, Instant now, int limit) {
    return tx.query(
        COLUMNS + ", u.refusals" + JOIN + " WHERE u.due_at <= ? ORDER BY u.due_at, u.id LIMIT ?",
        row -> new Due(map(row), (int) row.number(11)),
        now.toEpochMilli(),
        limit);
  }

  static boolean isAnyDueAfter(Tx tx, Instant limit) {
    return exists(tx, "SELECT 1 FROM unsent WHERE due_at > ? LIMIT 1", limit.toEpochMilli());
  }

  /** Makes notifications due now that are due after {@code limit}; returns how many. */
  static int makeDue(Tx tx, Instant limit, Instant now) {
    return tx.update(
        "UPDATE unsent SET due_at = ? WHERE due_at > ?", now.toEpochMilli(), limit.toEpochMilli());
  }

  /** How many were given up, counted up to {@link #MAX_COUNTED}. */
  static long countGivenUp(Tx tx) {
    return count(tx, "notifications WHERE status = 'given_up'");
  }

  /**
   * How many are not sent yet, counted up to {@link #MAX_COUNTED}. The span of their ids would be
   * wrong: it includes all that are sent while one is deferred for days.
   */
  static long unsent(Tx tx) {
    return count(tx, "unsent WHERE id > 0");
  }

  private static long count(Tx tx, String rows) {
    return tx.query(
            "SELECT count(*) FROM (SELECT 1 FROM " + rows + " LIMIT ?)",
            row -> row.number(1),
            MAX_COUNTED)
        .getFirst();
  }

  static boolean isAnyUnsent(Tx tx) {
    return exists(tx, "SELECT 1 FROM unsent WHERE id > 0 LIMIT 1");
  }

  private static boolean exists(Tx tx, String sql, Object... arguments) {
    return !tx.query(sql, row -> row.number(1), arguments).isEmpty();
  }

  /** Sends one again that was given up; false when it was not given up. */
  static boolean resend(Tx tx, String orderId, Instant now) {
    boolean givenUp =
        tx.update(
                "UPDATE notifications SET status = 'pending'"
                    + " WHERE order_id = ? AND status = 'given_up'",
                orderId)
            == 1;
    if (givenUp) {
      addUnsent(tx, orderId, now);
    }
    return givenUp;
  }

  private static void addUnsent(Tx tx, String orderId, Instant dueAt) {
    tx.update("INSERT INTO unsent (order_id, due_at) VALUES (?, ?)", orderId, dueAt.toEpochMilli());
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
   * @param counts whether the refusal counts against the notification
   */
  static void refused(Tx tx, String orderId, String error, boolean counts, Instant nextAt) {
    tx.update("UPDATE notifications SET attempts = attempts + 1 WHERE order_id = ?", orderId);
    if (counts) {
      tx.update("UPDATE unsent SET refusals = refusals + 1 WHERE order_id = ?", orderId);
    }
    postponed(tx, orderId, error, nextAt);
  }

  /** Schedules a retry, without counting an attempt. */
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
