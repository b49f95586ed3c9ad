package orderflow.delivery;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import orderflow.messaging.Delivery;
import orderflow.store.Tx;

/**
 * Finds the message that ends the process. A redelivered message is written down before it is
 * handled and struck out with its effect, so what is still there when it comes again was being
 * handled when the process ended. From then on it is handled alone, and after {@link #MAX_DEATHS}
 * it is dead-lettered. Costs a commit only for batches with redelivered messages.
 */
public final class Suspects {
  /** The table, for a service's schema. */
  public static final List<String> SCHEMA =
      List.of("CREATE TABLE suspects (fingerprint TEXT PRIMARY KEY, begun INTEGER NOT NULL)");

  static final int MAX_DEATHS = 4;

  private Suspects() {}

  /** Writes each of {@code deliveries} down; answers how often each was begun before. */
  static List<Integer> begin(Tx tx, List<Delivery> deliveries) {
    List<Integer> before = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      String fingerprint = fingerprint(delivery);
      before.add(
          tx
              .query(
                  "SELECT begun FROM suspects WHERE fingerprint = ?",
                  row -> (int) row.number(1),
                  fingerprint)
              .stream()
              .findFirst()
              .orElse(0));
      tx.update(
          "INSERT INTO suspects (fingerprint, begun) VALUES (?, 1)"
              + " ON CONFLICT (fingerprint) DO UPDATE SET begun = suspects.begun + 1",
          fingerprint);
    }
    return before;
  }

  /** Strikes out what was handled, or given up in good order. */
  static void clear(Tx tx, Delivery delivery) {
    tx.update("DELETE FROM suspects WHERE fingerprint = ?", fingerprint(delivery));
  }

  private static String fingerprint(Delivery delivery) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(delivery.body()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
