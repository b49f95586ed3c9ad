package orderflow.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;
import orderflow.store.Tx;

/**
 * Finds the message that crashes the process. A redelivered message is recorded before it is
 * handled, and the record is deleted with its effect; a record that still exists at the next
 * delivery means that the process ended in between. The message is then handled alone, and after
 * {@link #MAX_CRASHES} crashes given up. Costs commits only for batches with redelivered messages.
 */
public final class CrashSuspects {
  /** The table, for a service's schema. */
  public static final List<String> SCHEMA =
      List.of("CREATE TABLE suspects (fingerprint TEXT PRIMARY KEY, begun INTEGER NOT NULL)");

  /** Two more crashes happen before a message is suspected: five in all, a low delivery limit. */
  static final int MAX_CRASHES = 3;

  /** In place of a number of crashes: the message has its dead letter already. */
  static final int GIVEN_UP = Integer.MAX_VALUE;

  private CrashSuspects() {}

  /**
   * Records those of {@code deliveries} that are new here.
   *
   * @return by delivery tag, the number of crashes it is suspected of, or {@link #GIVEN_UP}; the
   *     same for copies of one message
   */
  static Map<Long, Integer> record(Tx tx, List<Delivery> deliveries) {
    Map<String, Integer> crashes = new HashMap<>();
    Map<Long, Integer> byTag = new HashMap<>();
    for (Delivery delivery : deliveries) {
      byTag.put(
          delivery.tag(),
          crashes.computeIfAbsent(Fingerprint.ofRedelivery(delivery), known -> record(tx, known)));
    }
    return byTag;
  }

  private static int record(Tx tx, String fingerprint) {
    List<Integer> known =
        tx.query(
            "SELECT begun FROM suspects WHERE fingerprint = ?",
            row -> (int) row.number(1),
            fingerprint);
    if (!known.isEmpty()) {
      return known.getFirst();
    }
    set(tx, fingerprint, 1);
    return 0;
  }

  /** Records that {@code delivery}, suspected of {@code crashes}, is now handled alone. */
  static void recordAlone(Tx tx, Delivery delivery, int crashes) {
    set(tx, Fingerprint.ofRedelivery(delivery), crashes + 1);
  }

  /** Until it is acknowledged, a redelivery must not be handled again. */
  static void recordGivenUp(Tx tx, Delivery delivery) {
    set(tx, Fingerprint.ofRedelivery(delivery), GIVEN_UP);
  }

  private static void set(Tx tx, String fingerprint, int begun) {
    tx.update(
        "INSERT INTO suspects (fingerprint, begun) VALUES (?, ?)"
            + " ON CONFLICT (fingerprint) DO UPDATE SET begun = excluded.begun",
        fingerprint,
        begun);
  }

  static void clear(Tx tx, Delivery delivery) {
    tx.update("DELETE FROM suspects WHERE fingerprint = ?", Fingerprint.ofRedelivery(delivery));
  }
}
