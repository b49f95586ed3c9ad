package orderflow.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import orderflow.messaging.Message;
import orderflow.messaging.Properties;
import orderflow.store.Tx;

/**
 * Messages that are committed together with the reason for them, and published afterwards. Ids grow
 * in commit order, because a SQLite store has one writer. Thread-safe: all state is in the store.
 */
public final class Outbox {
  /** The table, for a service's schema. Ids are never reused: the relay's place in it is one. */
  public static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            exchange TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            properties BLOB NOT NULL,
            body BLOB NOT NULL,
            appended_at INTEGER NOT NULL
          )
          """);

  private final Signal appended = new Signal();

  record Entry(long id, Message message) {}

  /** Adds {@code message} to the running transaction. */
  public void append(Tx tx, Message message, Instant at) {
    tx.update(
        "INSERT INTO outbox (exchange, routing_key, properties, body, appended_at)"
            + " VALUES (?, ?, ?, ?, ?)",
        message.exchange(),
        message.routingKey(),
        message.properties().encode(),
        message.body(),
        at.toEpochMilli());
  }

  /** To be called after a commit that appended, so that the relay need not poll. */
  public void committed() {
    appended.raise();
  }

  Signal appended() {
    return appended;
  }

  /**
   * The oldest entries behind {@code after}: at most {@code maxCount}, and as many bytes as make
   * the last of them reach {@code maxBytes}.
   */
  List<Entry> take(Tx tx, long after, int maxCount, long maxBytes) {
    List<Entry> entries = new ArrayList<>();
    long[] bytes = {0};
    tx.each(
        "SELECT id, exchange, routing_key, properties, body FROM outbox"
            + " WHERE id > ? ORDER BY id LIMIT ?",
        row -> {
          byte[] body = row.bytes(5);
          entries.add(
              new Entry(
                  row.number(1),
                  new Message(row.text(2), row.text(3), Properties.decode(row.bytes(4)), body)));
          bytes[0] += body.length;
          return bytes[0] < maxBytes;
        },
        after,
        maxCount);
    return entries;
  }

  /** Removes entries that the broker has taken responsibility for; {@code ids} ascending. */
  void forget(Tx tx, List<Long> ids) {
    int start = 0;
    for (int i = 1; i <= ids.size(); i++) {
      if (i == ids.size() || ids.get(i) != ids.get(i - 1) + 1) {
        tx.update("DELETE FROM outbox WHERE id BETWEEN ? AND ?", ids.get(start), ids.get(i - 1));
        start = i;
      }
    }
  }

  /** How many entries wait, as the span of their ids: at no cost, and at most a window too many. */
  public long depth(Tx tx) {
    return tx.query("SELECT coalesce(max(id) - min(id) + 1, 0) FROM outbox", row -> row.number(1))
        .getFirst();
  }

  /** When the oldest waiting entry was appended, in milliseconds since 1970; 0 when none waits. */
  public long oldestMillis(Tx tx) {
    return tx
        .query("SELECT appended_at FROM outbox ORDER BY id LIMIT 1", row -> row.number(1))
        .stream()
        .findFirst()
        .orElse(0L);
  }
}
