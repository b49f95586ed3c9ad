package orderflow.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import orderflow.messaging.Message;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are committed together with their cause and published afterwards, in two lanes:
 * events, and dead letters. A service consumes one queue, so all its dead letters go to one
 * dead-letter queue. Thread-safe.
 */
public final class Outbox {
  private static final String COLUMNS =
      """
       (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            exchange TEXT NOT NULL,
            routing_key TEXT NOT NULL,
            properties BLOB NOT NULL,
            body BLOB NOT NULL,
            appended_at INTEGER NOT NULL
          )
      """;

  /** The table. Ids are never reused: the relay remembers the last one that it published. */
  public static final List<String> SCHEMA = List.of("CREATE TABLE outbox" + COLUMNS);

  /**
   * A later step of the schema: when deleted entries were published. A row covers all ids behind
   * that of the row before it; at full load that is some hundred entries.
   */
  public static final List<String> PUBLISHED_SCHEMA =
      List.of("CREATE TABLE published (up_to INTEGER PRIMARY KEY, at INTEGER NOT NULL)");

  /** An early step: the tables of a log of dead letters that no longer exists. */
  public static final List<String> DEAD_LETTER_LOG_SCHEMA =
      List.of(
          "CREATE TABLE dead_lettered (id INTEGER PRIMARY KEY)",
          "CREATE TABLE dead_lettered_beside (batch INTEGER PRIMARY KEY)");

  /** A later step: drops the tables of {@link #DEAD_LETTER_LOG_SCHEMA}. */
  public static final List<String> NO_DEAD_LETTER_LOG_SCHEMA =
      List.of("DROP TABLE dead_lettered", "DROP TABLE dead_lettered_beside");

  /** A later step: the time by which all entries of a row were confirmed; null in older rows. */
  public static final List<String> CONFIRMED_SCHEMA =
      List.of("ALTER TABLE published ADD COLUMN confirmed_at INTEGER");

  /**
   * A later step: dead letters get a table of their own. They get new ids, because a lane's depth
   * is the span of its ids, and any number of events may lie between two of them.
   */
  public static final List<String> LANES_SCHEMA =
      List.of(
          "CREATE TABLE dead_letter_outbox" + COLUMNS,
          "INSERT INTO dead_letter_outbox (exchange, routing_key, properties, body, appended_at)"
              + " SELECT exchange, routing_key, properties, body, appended_at FROM outbox"
              + " WHERE exchange = '' ORDER BY id",
          "DELETE FROM outbox WHERE exchange = ''");

  private final Lane events = new Lane("outbox", true, true);
  private final Lane deadLetters = new Lane("dead_letter_outbox", false, false);
  private volatile boolean deadLetterAppended;

  /**
   * When an entry was published.
   *
   * @param at when it was sent; if it was sent repeatedly, the last time
   * @param confirmedAt a time by which it was confirmed; null when that was not recorded
   */
  public record Publication(Instant at, @Nullable Instant confirmedAt) {}

  /** The lane of the messages that go to an exchange. */
  public Lane events() {
    return events;
  }

  /** The lane of the messages that go to the dead-letter queue. */
  public Lane deadLetters() {
    return deadLetters;
  }

  /**
   * Adds {@code message} to the running transaction.
   *
   * @return its id in its lane
   */
  public long append(Tx tx, Message message, Instant at) {
    if (!message.exchange().isEmpty()) {
      return events.append(tx, message, at);
    }
    long id = deadLetters.append(tx, message, at);
    deadLetterAppended = true;
    return id;
  }

  /** Call it after a commit that appended: it wakes the relays. */
  public void committed() {
    events.appended().raise();
    if (deadLetterAppended) {
      deadLetterAppended = false;
      deadLetters.appended().raise();
    }
  }

  /** When an event was published that has been confirmed; empty for one that still waits. */
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

  /** How many messages wait in both lanes; costs the same at any depth. */
  public long depth(Tx tx) {
    return events.depth(tx) + deadLetters.depth(tx);
  }

  /** When the oldest waiting message was appended, in milliseconds since 1970; 0 for none. */
  public long oldestMillis(Tx tx) {
    return LongStream.of(events.oldestMillis(tx), deadLetters.oldestMillis(tx))
        .filter(millis -> millis > 0)
        .min()
        .orElse(0);
  }
}
