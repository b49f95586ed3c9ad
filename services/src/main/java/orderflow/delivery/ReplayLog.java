package orderflow.delivery;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.store.Tx;

/** Records which replays of an order arrived and were valid. All state is in the store. */
public final class ReplayLog {
  /** For the schema of a service. */
  public static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE replays (
            order_id TEXT NOT NULL,
            number INTEGER NOT NULL,
            arrived_at INTEGER NOT NULL,
            PRIMARY KEY (order_id, number)
          ) WITHOUT ROWID
          """);

  private static final int SHOWN = 100;

  private ReplayLog() {}

  /** Records {@code delivery} if it is a replay; copies are recorded once. */
  static void note(Tx tx, String orderId, Delivery delivery, Instant at) {
    int number = DeadLetter.replays(delivery);
    if (number > 0) {
      tx.update(
          "INSERT INTO replays (order_id, number, arrived_at) VALUES (?, ?, ?)"
              + " ON CONFLICT (order_id, number) DO NOTHING",
          orderId,
          number,
          at.toEpochMilli());
    }
  }

  /** Adds the first hundred replays to {@code json}: the number of each, and its arrival. */
  public static Map<String, Object> with(Tx tx, String orderId, Map<String, Object> json) {
    List<Map<String, Object>> replays =
        tx.query(
            "SELECT number, arrived_at FROM replays WHERE order_id = ? ORDER BY number LIMIT ?",
            row ->
                Map.<String, Object>of(
                    "number", row.number(1), "at", Instant.ofEpochMilli(row.number(2)).toString()),
            orderId,
            SHOWN);
    Map<String, Object> more = new LinkedHashMap<>(json);
    more.put("replays", replays);
    return more;
  }
}
