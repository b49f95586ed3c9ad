package orderflow.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orderflow.delivery.Handler;
import orderflow.delivery.Outbox;
import orderflow.event.OrderPlaced;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** Opens the inventory service's decisions and records to the simulation. */
public final class InventoryTestDriver {
  public static final List<String> SCHEMA = schema();

  private InventoryTestDriver() {}

  /**
   * One decision.
   *
   * @param order the decided order
   * @param status reserved or failed
   */
  public record Decided(OrderPlaced order, String status) {}

  /**
   * One item.
   *
   * @param available null for unlimited
   */
  public record Level(@Nullable Long available, long reserved) {}

  private static List<String> schema() {
    List<String> statements = new ArrayList<>(ReservationTable.SCHEMA);
    statements.addAll(StockTable.SCHEMA);
    return List.copyOf(statements);
  }

  /** Reserves stock. */
  public static Handler<OrderPlaced> orders(Outbox outbox) {
    return new OrderPlacedHandler(outbox, order -> false);
  }

  public static void setAvailable(Tx tx, String itemId, long available) {
    StockTable.setAvailable(tx, itemId, available);
  }

  /** The decisions by order. */
  public static Map<String, Decided> decisions(Tx tx) {
    Map<String, Decided> decisions = new HashMap<>();
    ReservationTable.page(tx, "", Integer.MAX_VALUE)
        .forEach(
            row -> decisions.put(row.order().orderId(), new Decided(row.order(), row.status())));
    return decisions;
  }

  /** The stock, by item. */
  public static Map<String, Level> stock(Tx tx) {
    Map<String, Level> levels = new HashMap<>();
    StockTable.page(tx, "", Integer.MAX_VALUE)
        .forEach(
            level -> levels.put(level.itemId(), new Level(level.available(), level.reserved())));
    return levels;
  }

  /** Forgets that an order was decided, as a service that remembers only in memory would. */
  public static void forget(Tx tx, String orderId) {
    tx.update("DELETE FROM reservations WHERE order_id = ?", orderId);
  }
}
