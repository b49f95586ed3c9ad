package orderflow.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import orderflow.messaging.Message;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are committed together with the reason for them, and published afterwards, in two
 * lanes: events, and dead letters. A service consumes one queue, so all its dead letters go to one
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

  /** The table, for a service's schema. Ids are never reused: the relay's place in it is one. */
  public static final List<String> SCHEMA = List.of("CREATE TABLE outbox" + COLUMNS);

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

  /**
   * The step that gives dead letters a table of their own; before it they waited among events. They
   * are numbered anew: any number of events may lie between two of them, and a lane's depth is the
   * span of its ids.
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
   * How an entry was published.
   *
   * @param at when it was sent; if it had to be sent again, the last time
   * @param confirmedAt by when the broker had confirmed it, and those that were forgotten with it;
   *     null when nobody wrote it down
   */
  public record Publication(Instant at, @Nullable Instant confirmedAt) {}

  /** What goes to an exchange. */
  public Lane events() {
    return events;
  }

  /** What goes to the dead-letter queue. */
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

  /** To be called after a commit that appended, so that the relays need not poll. */
  public void committed() {
    events.appended().raise();
    if (deadLetterAppended) {
      deadLetterAppended = false;
      deadLetters.appended().raise();
    }
  }

  /** How an event was published that the broker has confirmed since; empty for one that waits. */
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

  /** How many messages wait in both lanes; costs the same however many they are. */
  public long depth(Tx tx) {
    return events.depth(tx) + deadLetters.depth(tx);
  }

  /** When the oldest waiting message was appended, in milliseconds since 1970; 0 for none. */
  public long oldestMillis(Tx tx) {
    long event = events.oldestMillis(tx);
    long deadLetter = deadLetters.oldestMillis(tx);
    return event == 0 || deadLetter == 0
        ? Math.max(event, deadLetter)
        : Math.min(event, deadLetter);
  }
}
