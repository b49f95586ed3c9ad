package orderflow.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import orderflow.messaging.Message;
import orderflow.messaging.Properties;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

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

  /**
   * A later step of the schema: when entries were published that do not wait any more. A row says
   * so of all ids behind the one of the row before; there is one for some hundred entries when they
   * come fast.
   */
  public static final List<String> PUBLISHED_SCHEMA =
      List.of("CREATE TABLE published (up_to INTEGER PRIMARY KEY, at INTEGER NOT NULL)");

  /** A still later step: by when all that a row is about was confirmed; null from before it. */
  public static final List<String> CONFIRMED_SCHEMA =
      List.of("ALTER TABLE published ADD COLUMN confirmed_at INTEGER");

  private final Signal appended = new Signal();

  record Entry(long id, Message message) {}

  /**
   * How an entry was published.
   *
   * @param at when it was sent; if it had to be sent again, the last time
   * @param confirmedAt by when the broker had confirmed it, and those that were forgotten with it;
   *     null when nobody wrote it down
   */
  public record Publication(Instant at, @Nullable Instant confirmedAt) {}

  /**
   * Adds {@code message} to the running transaction.
   *
   * @return its id
   */
  public long append(Tx tx, Message message, Instant at) {
    return tx.insert(
        "INSERT INTO outbox (exchange, routing_key, properties, body, appended_at)"
            + " VALUES (?, ?, ?, ?, ?) RETURNING id",
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

  /**
   * Removes entries that the broker has taken responsibility for, and notes when each was sent.
   *
   * @param ids ascending
   * @param sent when, of at least these
   * @param confirmedAt by when all were confirmed
   */
  void forget(Tx tx, List<Long> ids, Map<Long, Instant> sent, Instant confirmedAt) {
    int start = 0;
    for (int i = 1; i <= ids.size(); i++) {
      long last = ids.get(i - 1);
      Instant at = Objects.requireNonNull(sent.get(last), "it was never sent");
      if (i == ids.size() || ids.get(i) != last + 1 || !at.equals(sent.get(last + 1))) {
        tx.update("DELETE FROM outbox WHERE id BETWEEN ? AND ?", ids.get(start), last);
        tx.update(
            "INSERT INTO published (up_to, at, confirmed_at) VALUES (?, ?, ?)"
                + " ON CONFLICT (up_to) DO NOTHING",
            last,
            at.toEpochMilli(),
            confirmedAt.toEpochMilli());
        start = i;
      }
    }
  }

  /** How an entry was published that the broker has confirmed since; empty for one that waits. */
  public Optional<Publication> publication(Tx tx, long id) {
    return tx
        .query(
            "SELECT at, confirmed_at FROM published WHERE up_to >= ?"
                + " AND NOT EXISTS (SELECT 1 FROM outbox WHERE id = ?) ORDER BY up_to LIMIT 1",
            row -> {
              Long confirmedAt = row.numberOrNull(2);
              return new Publication(
                  Instant.ofEpochMilli(row.number(1)),
                  confirmedAt == null ? null : Instant.ofEpochMilli(confirmedAt));
            },
            id,
            id)
        .stream()
        .findFirst();
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
