package orderflow.cli.load;

import orderflow.event.OrderPlaced;

/**
 * Makes the orders of one run.
 *
 * @param users how many different users order, in turn
 */
public record OrderSource(OrderIds ids, String itemId, int qty, int users) {
  public OrderPlaced order(long n) {
    return new OrderPlaced(ids.id(n), itemId, qty, "u" + (n % users + 1));
  }
}
