package orderflow.order;

import java.time.Clock;
import java.util.List;
import orderflow.delivery.Outbox;
import orderflow.event.OrderPlaced;
import orderflow.failpoint.Failpoint;
import orderflow.order.OrderAcceptor.Decision;
import orderflow.store.Store;
import orderflow.store.Store.Durability;

/** Commits a batch of orders in one transaction, and completes them once it is durable. */
final class OrderBatchWriter {
  private final Store store;
  private final Outbox outbox;
  private final OrderAcceptor acceptor;
  private final Clock clock;

  /** An order that waits for its decision; exactly one of the methods is called. */
  interface Request {
    OrderPlaced order();

    /** The decision is durable. */
    void decided(Decision decision);

    /** It is unknown whether the order is recorded. */
    void failed(Throwable failure);
  }

  OrderBatchWriter(Store store, Outbox outbox, OrderAcceptor acceptor, Clock clock) {
    this.store = store;
    this.outbox = outbox;
    this.acceptor = acceptor;
    this.clock = clock;
  }

  /**
   * Returns the decisions, in order, after each request is completed.
   *
   * @throws RuntimeException or an {@link Error} when the commit failed; each request has failed
   */
  List<Decision> commit(List<? extends Request> batch) {
    List<Decision> decisions;
    try {
      List<OrderPlaced> orders = batch.stream().map(Request::order).toList();
      decisions =
          store.write(Durability.SYNCED, tx -> acceptor.accept(tx, orders, clock.instant()));
    } catch (Throwable e) {
      batch.forEach(request -> request.failed(e));
      throw e;
    }
    Failpoint.ACCEPT_COMMIT_AFTER.reach();
    outbox.committed();
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).decided(decisions.get(i));
    }
    return decisions;
  }
}
