package orderflow.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.store.Tx;

/**
 * One table of the outbox, published in order. A lane that is blocked delays no other. Ids grow in
 * commit order, because a SQLite store has one writer. Thread-safe except {@link #refused}.
 */
public final class Lane {
  private final String table;
  private final boolean recordsPublication;
  private final Signal appended = new Signal();
  private final RefusedMessages refused;

  /** A message of the lane. */
  record Entry(long id, Message message) {}

  /**
   * @param mixed whether its messages are for several queues: then a refused one need not block the
   *     next
   * @param recordsPublication whether the store keeps when its messages were published
   */
  Lane(String table, boolean mixed, boolean recordsPublication) {
    this.table = table;
    this.recordsPublication = recordsPublication;
    this.refused = new RefusedMessages(mixed);
  }

  long append(Tx tx, Message message, Instant at) {
    return tx.insert(
        "INSERT INTO "
            + table
            + " (exchange, routing_key, properties, body, appended_at)"
            + " VALUES (?, ?, ?, ?, ?) RETURNING id",
        message.exchange(),
        message.routingKey(),
        message.properties().encode(),
        message.body(),
        at.toEpochMilli());
  }

  /** Raised when a commit may have appended entries. */
  public Signal appended() {
    return appended;
  }

  /** The messages that the broker refused. For the relay's thread alone. */
  RefusedMessages refused() {
    return refused;
  }

  /**
   * The oldest entries behind {@code after}: at most {@code maxCount}, and no more once they reach
   * {@code maxBytes}.
   */
  List<Entry> read(Tx tx, long after, int maxCount, long maxBytes) {
    List<Entry> entries = new ArrayList<>();
    long[] bytes = {0};
    tx.each(
        select("id > ? ORDER BY id LIMIT ?"),
        row -> {
          Entry entry = entry(row);
          entries.add(entry);
          bytes[0] += entry.message().body().length;
          return bytes[0] < maxBytes;
        },
        after,
        maxCount);
    return entries;
  }

  /** The entry with {@code id}; empty when it no longer waits. */
  Optional<Entry> find(Tx tx, long id) {
    return tx.query(select("id = ?"), Lane::entry, id).stream().findFirst();
  }

  private String select(String condition) {
    return "SELECT id, exchange, routing_key, properties, body FROM "
        + table
        + " WHERE "
        + condition;
  }

  private static Entry entry(Tx.Row row) {
    return new Entry(
        row.number(1),
        new Message(
            row.text(2), row.text(3), MessageProperties.decode(row.bytes(4)), row.bytes(5)));
  }

  /**
   * Deletes confirmed entries and records when each was sent.
   *
   * @param ids ascending
   * @param sent when, by id
   * @param confirmedAt the time by which all were confirmed
   */
  void delete(Tx tx, List<Long> ids, LongFunction<Instant> sent, Instant confirmedAt) {
    int start = 0;
    for (int i = 1; i <= ids.size(); i++) {
      long last = ids.get(i - 1);
      Instant at = sent.apply(last);
      if (i == ids.size() || ids.get(i) != last + 1 || !at.equals(sent.apply(last + 1))) {
        tx.update("DELETE FROM " + table + " WHERE id BETWEEN ? AND ?", ids.get(start), last);
        if (recordsPublication) {
          tx.update(
              "INSERT INTO published (up_to, at, confirmed_at) VALUES (?, ?, ?)"
                  + " ON CONFLICT (up_to) DO NOTHING",
              last,
              at.toEpochMilli(),
              confirmedAt.toEpochMilli());
        }
        start = i;
      }
    }
  }

  /**
   * How many entries wait: the span of their ids, which costs the same at any depth and is at most
   * a window too high. Refused entries that others bypassed would stretch the span; they are
   * counted separately.
   */
  public long depth(Tx tx) {
    Set<Long> bypassed = refused.bypassed();
    // Two subqueries, because SQLite answers min and max of one query with a full scan.
    long span =
        number(
            tx,
            "SELECT coalesce((SELECT max(id) FROM %s) - (SELECT min(id) FROM %s) + 1, 0)"
                .formatted(table, table));
    if (bypassed.isEmpty() || span == 0) {
      return span;
    }
    List<Long> oldest =
        tx.query(
            "SELECT id FROM " + table + " WHERE id > 0 ORDER BY id LIMIT ?",
            row -> row.number(1),
            bypassed.size() + 1);
    long last = oldest.getFirst() + span - 1;
    long separate = 0;
    for (long id : oldest) {
      if (!bypassed.contains(id)) {
        return separate + last - id + 1;
      }
      separate++;
    }
    return separate;
  }

  /** When the oldest waiting entry was appended, in milliseconds since 1970; 0 when none waits. */
  public long oldestMillis(Tx tx) {
    return number(
        tx,
        "SELECT coalesce((SELECT appended_at FROM "
            + table
            + " WHERE id > 0 ORDER BY id LIMIT 1), 0)");
  }

  private static long number(Tx tx, String sql) {
    return tx.query(sql, row -> row.number(1)).getFirst();
  }
}
