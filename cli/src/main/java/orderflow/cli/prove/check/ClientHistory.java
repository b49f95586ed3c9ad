package orderflow.cli.prove.check;

import java.util.function.BiConsumer;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.load.OrderIds;

/** What the clients of a run were told about each of their orders. Thread-safe. */
public final class ClientHistory implements BiConsumer<String, PlaceStatus> {
  private final OrderIds ids;
  private final OrderCounts accepted = new OrderCounts();
  private final OrderCounts otherwise = new OrderCounts();
  private int acceptedCount;
  private int notAcceptedCount;

  public ClientHistory(OrderIds ids) {
    this.ids = ids;
  }

  public OrderIds ids() {
    return ids;
  }

  /**
   * @throws IllegalArgumentException when it is no order of this run
   */
  @Override
  public synchronized void accept(String orderId, PlaceStatus fate) {
    int order = ids.numberOf(orderId);
    if (order < 0) {
      throw new IllegalArgumentException("not of this run: " + orderId);
    }
    switch (fate) {
      case ACCEPTED -> {
        if (accepted.get(order) == 0) {
          acceptedCount++;
        }
        accepted.add(order);
      }
      // What was refused must not be on record; it is as if nobody had placed it.
      case REJECTED -> notAcceptedCount++;
      case UNAVAILABLE, UNKNOWN -> {
        otherwise.add(order);
        notAcceptedCount++;
      }
    }
  }

  /** How many orders were accepted so far. */
  public synchronized int acceptedCount() {
    return acceptedCount;
  }

  /** How many answers were anything but a yes so far, none at all among them. */
  public synchronized int notAcceptedCount() {
    return notAcceptedCount;
  }

  /** How many orders there may be: none that was sent has a higher number. */
  public synchronized int size() {
    return Math.max(accepted.size(), otherwise.size());
  }

  /** How often the order was accepted. */
  public synchronized int timesAccepted(int order) {
    return accepted.get(order);
  }

  /** Whether the order was sent and never accepted: it may be on record or not. */
  public synchronized boolean isInDoubt(int order) {
    return otherwise.get(order) > 0 && accepted.get(order) == 0;
  }
}
