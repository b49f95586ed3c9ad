package orderflow.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;
import orderflow.store.Tx;

/**
 * Finds the message that ends the process. A redelivered message is written down before it is
 * handled and struck out with its effect, so what is still there when it comes again was in a batch
 * that was being handled when the process ended. From then on it is handled alone, and only what is
 * handled at that moment is blamed for the next death; after {@link #MAX_CRASHES} it is
 * dead-lettered. Costs commits only for batches with redelivered messages.
 */
public final class CrashSuspects {
  /** The table, for a service's schema. */
  public static final List<String> SCHEMA =
      List.of("CREATE TABLE suspects (fingerprint TEXT PRIMARY KEY, begun INTEGER NOT NULL)");

  /** With the two before it is suspected it comes to five: a low delivery limit is not used up. */
  static final int MAX_CRASHES = 3;

  private CrashSuspects() {}

  /**
   * Answers, by delivery tag, for how many deaths each of {@code deliveries} is to blame, and
   * writes down those that are new here. A copy of another one in the list is to blame for no more
   * than that one.
   */
  static Map<Long, Integer> record(Tx tx, List<Delivery> deliveries) {
    Map<String, Integer> deaths = new HashMap<>();
    Map<Long, Integer> each = new HashMap<>();
    for (Delivery delivery : deliveries) {
      each.put(
          delivery.tag(),
          deaths.computeIfAbsent(Fingerprint.ofRedelivery(delivery), known -> record(tx, known)));
    }
    return each;
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
    tx.update("INSERT INTO suspects (fingerprint, begun) VALUES (?, 1)", fingerprint);
    return 0;
  }

  /** Writes down that {@code delivery}, which {@code deaths} are blamed on, is now tried alone. */
  static void recordAlone(Tx tx, Delivery delivery, int deaths) {
    tx.update(
        "UPDATE suspects SET begun = ? WHERE fingerprint = ?",
        deaths + 1,
        Fingerprint.ofRedelivery(delivery));
  }

  /** Strikes out what was handled, or given up in good order. */
  static void clear(Tx tx, Delivery delivery) {
    tx.update("DELETE FROM suspects WHERE fingerprint = ?", Fingerprint.ofRedelivery(delivery));
  }
}
