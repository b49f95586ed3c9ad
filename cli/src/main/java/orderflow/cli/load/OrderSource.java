package orderflow.cli.load;

import java.util.Locale;
import orderflow.event.OrderPlaced;

/**
 * Makes the orders of one run: ids that are unique to the run and grow, so that stores append.
 *
 * @param run what the ids of this run begin with
 * @param users how many different users order, in turn
 */
public record OrderSource(String run, String itemId, int qty, int users) {
  public OrderPlaced order(long n) {
    return new OrderPlaced(id(n), itemId, qty, "u" + (n % users + 1));
  }

  /** The id of the nth order, from 0. */
  public String id(long n) {
    return String.format(Locale.ROOT, "%s-%08d", run, n);
  }
}
