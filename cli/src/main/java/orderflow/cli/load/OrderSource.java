package orderflow.cli.load;

import orderflow.event.OrderPlaced;

/**
 * Creates the orders of one run.
 *
 * @param users number of users that order in turn
 */
public record OrderSource(OrderIds ids, String itemId, int qty, int users) {
  public OrderPlaced order(long n) {
    return new OrderPlaced(ids.id(n), itemId, qty, "u" + (n % users + 1));
  }
}
