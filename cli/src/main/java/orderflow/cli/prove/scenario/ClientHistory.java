package orderflow.cli.prove.scenario;

import java.util.function.BiConsumer;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.load.OrderIds;

/** The responses that the clients of a run got for each of their orders. Thread-safe. */
final class ClientHistory implements BiConsumer<String, PlaceStatus> {
  private final OrderIds ids;
  private final OrderCounts accepted = new OrderCounts();
  private final OrderCounts unknown = new OrderCounts();
  private int acceptedCount;
  private int notAcceptedCount;

  public ClientHistory(OrderIds ids) {
    this.ids = ids;
  }

  public OrderIds ids() {
    return ids;
  }

  /**
   * @throws IllegalArgumentException when it is not an order of this run
   */
  @Override
  public synchronized void accept(String orderId, PlaceStatus status) {
    int order = ids.numberOf(orderId);
    if (order < 0) {
      throw new IllegalArgumentException("not of this run: " + orderId);
    }
    switch (status) {
      case ACCEPTED -> {
        acceptedCount += accepted.get(order) == 0 ? 1 : 0;
        accepted.add(order);
      }
      // A rejected order must have no effect, as if it had not been sent.
      case REJECTED -> notAcceptedCount++;
      case UNAVAILABLE, UNKNOWN -> {
        unknown.add(order);
        notAcceptedCount++;
      }
    }
  }

  /** How many orders were accepted so far. */
  public synchronized int acceptedCount() {
    return acceptedCount;
  }

  /** How many attempts had another response so far, or none. */
  public synchronized int notAcceptedCount() {
    return notAcceptedCount;
  }

  /** One more than the highest order number. */
  public synchronized int size() {
    return Math.max(accepted.size(), unknown.size());
  }

  /** How often the order was accepted. */
  public synchronized int timesAccepted(int order) {
    return accepted.get(order);
  }

  /** Whether the order was sent and never accepted, so that it may have an effect or not. */
  synchronized boolean isInDoubt(int order) {
    return unknown.get(order) > 0 && accepted.get(order) == 0;
  }
}
