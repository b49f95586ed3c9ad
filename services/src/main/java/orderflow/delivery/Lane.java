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
 * Messages that wait to be published one after the other, in a table of their own, so that what
 * holds up one lane delays no other. Ids grow in commit order, because a SQLite store has one
 * writer. Thread-safe but for {@link #refusals}; apart from that all state is in the store.
 */
public final class Lane {
  private final boolean mixed;
  private final boolean recorded;
  private final Signal appended = new Signal();
  private final RefusedMessages refusals;

  private final String insert;
  private final String behind;
  private final String one;
  private final String delete;
  private final String idSpan;
  private final String oldestIds;
  private final String oldestTime;

  /** A message of the lane. */
  record Entry(long id, Message message) {}

  /**
   * @param mixed whether its messages are for several queues: then one that is refused need not
   *     hold up the next
   * @param recorded whether it is written down when its messages were published
   */
  Lane(String table, boolean mixed, boolean recorded) {
    this.mixed = mixed;
    this.recorded = recorded;
    this.refusals = new RefusedMessages(mixed);
    this.insert =
        "INSERT INTO %s (exchange, routing_key, properties, body, appended_at)".formatted(table)
            + " VALUES (?, ?, ?, ?, ?) RETURNING id";
    String columns = "SELECT id, exchange, routing_key, properties, body FROM " + table;
    this.behind = columns + " WHERE id > ? ORDER BY id LIMIT ?";
    this.one = columns + " WHERE id = ?";
    this.delete = "DELETE FROM %s WHERE id BETWEEN ? AND ?".formatted(table);
    // Two subqueries, because SQLite answers min and max of one query with a full scan.
    this.idSpan =
        "SELECT coalesce((SELECT max(id) FROM %s) - (SELECT min(id) FROM %s) + 1, 0)"
            .formatted(table, table);
    this.oldestIds = "SELECT id FROM %s WHERE id > 0 ORDER BY id LIMIT ?".formatted(table);
    this.oldestTime =
        "SELECT appended_at FROM %s WHERE id > 0 ORDER BY id LIMIT 1".formatted(table);
  }

  long append(Tx tx, Message message, Instant at) {
    return tx.insert(
        insert,
        message.exchange(),
        message.routingKey(),
        message.properties().encode(),
        message.body(),
        at.toEpochMilli());
  }

  /** Raised when something may have been committed. */
  public Signal appended() {
    return appended;
  }

  /** Whether its messages are for several queues. */
  boolean isMixed() {
    return mixed;
  }

  /** What the broker refused, from one session to the next. For the relay's thread alone. */
  RefusedMessages refusals() {
    return refusals;
  }

  /**
   * The oldest entries behind {@code after}: at most {@code maxCount}, and as many bytes as make
   * the last of them reach {@code maxBytes}.
   */
  List<Entry> read(Tx tx, long after, int maxCount, long maxBytes) {
    List<Entry> entries = new ArrayList<>();
    long[] bytes = {0};
    tx.each(
        behind,
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

  /** The entry with {@code id}; empty when it does not wait. */
  Optional<Entry> find(Tx tx, long id) {
    return tx.query(one, Lane::entry, id).stream().findFirst();
  }

  private static Entry entry(Tx.Row row) {
    return new Entry(
        row.number(1),
        new Message(
            row.text(2), row.text(3), MessageProperties.decode(row.bytes(4)), row.bytes(5)));
  }

  /**
   * Removes entries that the broker has taken responsibility for, and notes when each was sent.
   *
   * @param ids ascending
   * @param sent when, by id
   * @param confirmedAt by when all were confirmed
   */
  void delete(Tx tx, List<Long> ids, LongFunction<Instant> sent, Instant confirmedAt) {
    int start = 0;
    for (int i = 1; i <= ids.size(); i++) {
      long last = ids.get(i - 1);
      Instant at = sent.apply(last);
      if (i == ids.size() || ids.get(i) != last + 1 || !at.equals(sent.apply(last + 1))) {
        tx.update(delete, ids.get(start), last);
        if (recorded) {
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
   * How many entries wait, as the span of their ids: at no cost, and at most a window too many.
   * What was refused and others have passed would stretch it, and is counted beside it.
   */
  public long depth(Tx tx) {
    Set<Long> passed = refusals.bypassed();
    long span = tx.query(idSpan, row -> row.number(1)).getFirst();
    if (passed.isEmpty() || span == 0) {
      return span;
    }
    List<Long> oldest = tx.query(oldestIds, row -> row.number(1), passed.size() + 1);
    long last = oldest.getFirst() + span - 1;
    long aside = 0;
    for (long id : oldest) {
      if (!passed.contains(id)) {
        return aside + last - id + 1;
      }
      aside++;
    }
    return aside;
  }

  /** When the oldest waiting entry was appended, in milliseconds since 1970; 0 when none waits. */
  public long oldestMillis(Tx tx) {
    return tx.query(oldestTime, row -> row.number(1)).stream().findFirst().orElse(0L);
  }
}
