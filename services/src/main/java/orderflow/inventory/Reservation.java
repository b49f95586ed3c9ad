package orderflow.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;

/**
 * Decides which orders are reserved: stock and orders in, outcomes out. Pure. First come, first
 * served; an order is reserved whole or not at all.
 */
final class Reservation {
  static final String INSUFFICIENT = "insufficient stock";
  static final String FORCED = "forced failure";

  private Reservation() {}

  /**
   * Returns one outcome for each order, in order.
   *
   * @param available by item; a missing item is unlimited
   * @param forcedToFail fault injection, tested once for each order
   */
  static List<InventoryOutcome> decide(
      Map<String, Long> available, List<OrderPlaced> orders, Predicate<OrderPlaced> forcedToFail) {
    Map<String, Long> left = new HashMap<>(available);
    List<InventoryOutcome> outcomes = new ArrayList<>(orders.size());
    for (OrderPlaced order : orders) {
      Long stock = left.get(order.itemId());
      if (forcedToFail.test(order)) {
        outcomes.add(InventoryOutcome.failed(order, FORCED));
      } else if (stock == null) {
        outcomes.add(InventoryOutcome.reserved(order));
      } else if (stock >= order.qty()) {
        left.put(order.itemId(), stock - order.qty());
        outcomes.add(InventoryOutcome.reserved(order));
      } else {
        outcomes.add(InventoryOutcome.failed(order, INSUFFICIENT));
      }
    }
    return outcomes;
  }
}
