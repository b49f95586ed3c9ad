package orderflow.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;

/**
 * The decision who gets what: stock and orders in, outcomes out. Pure. First come, first served; an
 * order is served whole or not at all.
 */
final class Reservation {
  static final String INSUFFICIENT = "insufficient stock";
  static final String FORCED = "forced failure";

  private Reservation() {}

  /**
   * One outcome an order, in order.
   *
   * @param available by item; an item that is not in it is unlimited
   * @param forcedToFail the testers' knob, asked once an order
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
