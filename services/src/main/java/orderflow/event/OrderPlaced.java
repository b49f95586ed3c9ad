package orderflow.event;

/**
 * An order was accepted.
 *
 * @param orderId the deduplication key, see {@link Ids}
 * @param itemId see {@link Ids}
 * @param qty 1 to {@link #MAX_QTY}
 * @param userId see {@link Ids}
 */
public record OrderPlaced(String orderId, String itemId, int qty, String userId) implements Event {
  public static final int MAX_QTY = 1_000_000;

  /**
   * @throws InvalidEventException when a value is outside its range
   */
  public OrderPlaced {
    Ids.require("order_id", orderId);
    Ids.require("item_id", itemId);
    requireQty(qty);
    Ids.require("user_id", userId);
  }

  static void requireQty(long qty) {
    if (qty < 1 || qty > MAX_QTY) {
      throw InvalidEventException.invalid("qty", "qty must be a whole number from 1 to " + MAX_QTY);
    }
  }

  @Override
  public Type type() {
    return Type.ORDER_PLACED;
  }
}
