package orderflow.order;

import java.time.Clock;
import java.util.List;
import orderflow.delivery.Outbox;
import orderflow.event.OrderPlaced;
import orderflow.order.OrderAcceptor.Decision;
import orderflow.store.Store;
import orderflow.store.Store.Durability;

/**
 * Commits orders that wait together in one transaction, and answers them only once it is durable.
 * Starts no thread and waits for nothing but the store.
 */
final class OrderBatchWriter {
  private final Store store;
  private final Outbox outbox;
  private final OrderAcceptor acceptance;
  private final Clock clock;

  /** An order that waits for its answer; it gets one, and no more than one. */
  interface Request {
    OrderPlaced order();

    /** What was decided is durable. */
    void decided(Decision decision);

    /** Nobody knows whether the order is recorded. */
    void failed(Throwable why);
  }

  OrderBatchWriter(Store store, Outbox outbox, OrderAcceptor acceptance, Clock clock) {
    this.store = store;
    this.outbox = outbox;
    this.acceptance = acceptance;
    this.clock = clock;
  }

  /**
   * The decisions, in order; each request has been answered.
   *
   * @throws RuntimeException what kept them from being committed, an {@link Error} too; each
   *     request has been told
   */
  List<Decision> commit(List<? extends Request> batch) {
    List<Decision> decisions;
    try {
      List<OrderPlaced> orders = batch.stream().map(Request::order).toList();
      decisions =
          store.write(Durability.SYNCED, tx -> acceptance.accept(tx, orders, clock.instant()));
    } catch (Throwable e) {
      batch.forEach(request -> request.failed(e));
      throw e;
    }
    outbox.committed();
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).decided(decisions.get(i));
    }
    return decisions;
  }
}
