package orderflow.inventory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** The stock of each item. An item without a level is unlimited; its reservations are counted. */
final class StockTable {
  static final long MAX_LEVEL = 1_000_000_000_000L;

  static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE stock (
            item_id TEXT PRIMARY KEY,
            available INTEGER CHECK (available >= 0),
            reserved INTEGER NOT NULL CHECK (reserved >= 0)
          ) WITHOUT ROWID
          """);

  private static final String SELECT = "SELECT item_id, available, reserved FROM stock";

  /**
   * One item.
   *
   * @param available null for unlimited
   */
  record Level(String itemId, @Nullable Long available, long reserved) {
    Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("item_id", itemId);
      json.put("available", available);
      json.put("reserved", reserved);
      return json;
    }
  }

  private StockTable() {}

  static Optional<Level> find(Tx tx, String itemId) {
    return tx.query(SELECT + " WHERE item_id = ?", StockTable::map, itemId).stream().findFirst();
  }

  /** Levels behind {@code after}, ordered by item id. */
  static List<Level> page(Tx tx, String after, int limit) {
    return tx.query(
        SELECT + " WHERE item_id > ? ORDER BY item_id LIMIT ?", StockTable::map, after, limit);
  }

  /** The available quantity of each limited item of {@code items}. */
  static SortedMap<String, Long> available(Tx tx, SortedSet<String> items) {
    SortedMap<String, Long> available = new TreeMap<>();
    for (String item : items) {
      find(tx, item).map(Level::available).ifPresent(level -> available.put(item, level));
    }
    return available;
  }

  /** Sets the available quantity; null makes the item unlimited. The reserved one stays. */
  static void setAvailable(Tx tx, String itemId, @Nullable Long available) {
    tx.update(
        "INSERT INTO stock (item_id, available, reserved) VALUES (?, ?, 0)"
            + " ON CONFLICT (item_id) DO UPDATE SET available = excluded.available",
        itemId,
        available);
  }

  /** One update for each item, in order, so that instances cannot deadlock. */
  static void reserve(Tx tx, SortedMap<String, Long> quantities) {
    quantities.forEach((item, qty) ->
        tx.update(
            "INSERT INTO stock (item_id, available, reserved) VALUES (?, NULL, ?)"
                + " ON CONFLICT (item_id) DO UPDATE SET"
                + " available = stock.available - excluded.reserved,"
                + " reserved = stock.reserved + excluded.reserved",
            item,
            qty));
  }

  private static Level map(Tx.Row row) {
    return new Level(row.text(1), row.numberOrNull(2), row.number(3));
  }
}
