package orderflow.delivery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;
import orderflow.messaging.Subscription;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which messages have their dead letter, so that one that comes again gets no second.
 *
 * <p>A message with a message id is known by that and its bytes, whoever brings it again: a broker
 * after a crash, a publisher that had no confirm. The last {@link #MAX_ROWS} are remembered.
 *
 * <p>Without an id, two messages with the same bytes may be two messages. So a row is used only for
 * what the broker delivers again, and forgotten once the broker is known to have processed the
 * acknowledgement. After a crash nobody knows whether the last one arrived; what comes again tells:
 * a batch is acknowledged as a whole, so when one of its messages comes again, all are certain to.
 * Rows of a batch of which nothing has come are not used: this errs on the side of a second dead
 * letter, not of none.
 *
 * <p>One a session, used by its thread.
 */
public final class DeadLetterLog {
  /** The table, for a service's schema. */
  public static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE dead_lettered (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            queue TEXT NOT NULL,
            session INTEGER NOT NULL,
            batch INTEGER NOT NULL,
            tag INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            identified INTEGER NOT NULL,
            returns INTEGER NOT NULL,
            UNIQUE (batch, tag)
          )
          """,
          "CREATE INDEX dead_lettered_fingerprint ON dead_lettered (fingerprint)",
          """
          CREATE TABLE dead_lettered_beside (
            batch INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            head INTEGER NOT NULL,
            PRIMARY KEY (batch, fingerprint)
          ) WITHOUT ROWID
          """,
          "CREATE INDEX dead_lettered_beside_fingerprint ON dead_lettered_beside (fingerprint)");

  private static final int MAX_ROWS = 10_000;

  private final String queue;
  private final RandomGenerator random;
  private final long session;

  private long batch;
  private List<Delivery> deliveries = List.of();
  private boolean touched;

  private final List<Long> acknowledged = new ArrayList<>();
  private List<Long> asked = List.of();
  private @Nullable AckBarrier receipt;

  /**
   * @param random names sessions and batches; a name must not come twice
   */
  DeadLetterLog(String queue, RandomGenerator random) {
    this.queue = queue;
    this.random = random;
    this.session = random.nextLong();
  }

  /** A batch begins. */
  void begin(List<Delivery> all) {
    batch = random.nextLong();
    deliveries = all;
    touched = false;
  }

  /**
   * The delivery tags of those of the current batch that have their dead letter. May be asked again
   * when the store failed. Costs a read when something was redelivered, and a write only when
   * anything is known.
   */
  Set<Long> recognise(Store store, List<Delivery> redelivered) {
    if (redelivered.isEmpty() || store.read(this::isEmpty)) {
      return Set.of();
    }
    Set<Long> known =
        store.write(
            Durability.RELAXED,
            tx -> {
              Set<Long> tags = new HashSet<>();
              redelivered.forEach(delivery -> expectItsBatch(tx, delivery));
              for (Delivery delivery : redelivered) {
                if (recognise(tx, delivery)) {
                  tags.add(delivery.tag());
                }
              }
              return tags;
            });
    touched |= !known.isEmpty();
    return known;
  }

  /** For itself a message is evidence only when it was the first: else a copy would be, too. */
  private void expectItsBatch(Tx tx, Delivery delivery) {
    String fingerprint = Fingerprint.ofRedelivery(delivery);
    tx.update(
        "UPDATE dead_lettered SET returns = 1 WHERE queue = ? AND session <> ? AND returns = 0"
            + " AND batch IN (SELECT batch FROM dead_lettered_beside WHERE fingerprint = ?)"
            + " AND (fingerprint <> ? OR EXISTS (SELECT 1 FROM dead_lettered_beside b"
            + " WHERE b.batch = dead_lettered.batch AND b.fingerprint = dead_lettered.fingerprint"
            + " AND b.head = 1))",
        queue,
        session,
        fingerprint,
        fingerprint);
  }

  private boolean recognise(Tx tx, Delivery delivery) {
    return isIdentified(delivery) ? isKnown(tx, delivery) : returns(tx, delivery);
  }

  private boolean isKnown(Tx tx, Delivery delivery) {
    return exists(
        tx,
        "SELECT 1 FROM dead_lettered WHERE fingerprint = ? AND queue = ? LIMIT 1",
        Fingerprint.ofRedelivery(delivery),
        queue);
  }

  /** A row that is used moves to the current batch: that is the one to be acknowledged now. */
  private boolean returns(Tx tx, Delivery delivery) {
    int moved =
        tx.update(
            "UPDATE dead_lettered SET session = ?, batch = ?, tag = ?, returns = 0"
                + " WHERE id = (SELECT min(id) FROM dead_lettered"
                + " WHERE queue = ? AND session <> ? AND fingerprint = ? AND returns = 1)"
                + " AND NOT EXISTS (SELECT 1 FROM dead_lettered WHERE batch = ? AND tag = ?)",
            session,
            batch,
            delivery.tag(),
            queue,
            session,
            Fingerprint.ofRedelivery(delivery),
            batch,
            delivery.tag());
    if (moved == 1) {
      noteWhatIsBeside(tx);
    }
    return moved == 1 || isNoted(tx, delivery);
  }

  private static boolean isIdentified(Delivery delivery) {
    String messageId = delivery.properties().messageId();
    return messageId != null && !messageId.isEmpty();
  }

  private boolean isNoted(Tx tx, Delivery delivery) {
    return exists(
        tx, "SELECT 1 FROM dead_lettered WHERE batch = ? AND tag = ?", batch, delivery.tag());
  }

  private boolean isEmpty(Tx tx) {
    return !exists(tx, "SELECT 1 FROM dead_lettered WHERE id > 0 LIMIT 1");
  }

  private static boolean exists(Tx tx, String sql, Object... arguments) {
    return !tx.query(sql, row -> row.number(1), arguments).isEmpty();
  }

  /**
   * Notes that {@code delivery} of the current batch gets its dead letter in this transaction.
   *
   * @return false when it has one already
   */
  boolean add(Tx tx, Delivery delivery) {
    boolean identified = isIdentified(delivery);
    if (identified ? isKnown(tx, delivery) : isNoted(tx, delivery)) {
      return false;
    }
    if (!identified) {
      touched = true;
      noteWhatIsBeside(tx);
    }
    tx.update(
        "INSERT INTO dead_lettered (queue, session, batch, tag, fingerprint, identified, returns)"
            + " VALUES (?, ?, ?, ?, ?, ?, 0)",
        queue,
        session,
        batch,
        delivery.tag(),
        Fingerprint.ofRedelivery(delivery),
        identified ? 1 : 0);
    trim(tx);
    return true;
  }

  private void noteWhatIsBeside(Tx tx) {
    if (!exists(tx, "SELECT 1 FROM dead_lettered_beside WHERE batch = ? LIMIT 1", batch)) {
      for (Delivery delivery : deliveries) {
        tx.update(
            "INSERT INTO dead_lettered_beside (batch, fingerprint, head) VALUES (?, ?, ?)"
                + " ON CONFLICT (batch, fingerprint) DO NOTHING",
            batch,
            Fingerprint.ofRedelivery(delivery),
            delivery.equals(deliveries.getFirst()) ? 1 : 0);
      }
    }
  }

  private static void trim(Tx tx) {
    List<Long> batches =
        tx.query(
            "DELETE FROM dead_lettered WHERE id <= (SELECT max(id) FROM dead_lettered) - ?"
                + " RETURNING batch",
            row -> row.number(1),
            MAX_ROWS);
    for (long each : Set.copyOf(batches)) {
      tx.update(
          "DELETE FROM dead_lettered_beside WHERE batch = ? AND NOT EXISTS"
              + " (SELECT 1 FROM dead_lettered WHERE batch = ? AND identified = 0)",
          each,
          each);
    }
  }

  /** The id of the dead letter of {@code delivery} of the current batch, the same at each try. */
  String id(Delivery delivery) {
    return "%016x-%d".formatted(batch, delivery.tag());
  }

  /** The current batch was acknowledged on {@code subscription}. */
  void settled(Subscription subscription) {
    if (touched) {
      acknowledged.add(batch);
      ask(subscription);
    }
  }

  /** Forgets what the broker is known to be done with; costs nothing when there is nothing. */
  void collect(Store store, Subscription subscription) {
    if (receipt != null && receipt.isReached()) {
      store.write(
          Durability.RELAXED,
          tx -> {
            asked.forEach(each -> forget(tx, each));
            return asked.size();
          });
      receipt = null;
      ask(subscription);
    }
  }

  private void ask(Subscription subscription) {
    if (receipt == null && !acknowledged.isEmpty()) {
      asked = List.copyOf(acknowledged);
      acknowledged.clear();
      receipt = subscription.ackBarrier();
    }
  }

  private static void forget(Tx tx, long batch) {
    tx.update("DELETE FROM dead_lettered WHERE batch = ? AND identified = 0", batch);
    tx.update("DELETE FROM dead_lettered_beside WHERE batch = ?", batch);
  }
}
