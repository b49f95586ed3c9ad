package orderflow.order;

import java.time.Instant;
import java.util.List;
import orderflow.delivery.Disposition;
import orderflow.delivery.Handler;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Topology;
import orderflow.store.Tx;

/** Records the outcomes of inventory; the first one of an order counts. */
final class OutcomeHandler implements Handler<InventoryOutcome> {
  @Override
  public String queue() {
    return Topology.ORDER_OUTCOME;
  }

  @Override
  public List<Event.Type> accepts() {
    return List.of(Event.Type.INVENTORY_RESERVED, Event.Type.INVENTORY_FAILED);
  }

  @Override
  public InventoryOutcome decode(byte[] body) {
    return EventCodec.decodeOutcome(body);
  }

  @Override
  public List<Disposition> apply(Tx tx, List<InventoryOutcome> outcomes, Instant now) {
    return outcomes.stream().map(outcome -> apply(tx, outcome, now)).toList();
  }

  private static Disposition apply(Tx tx, InventoryOutcome outcome, Instant now) {
    String status = outcome.status().wire();
    if (OrderTable.insertOutcome(tx, outcome, now)) {
      return new Disposition.Effect(status);
    }
    return OrderTable.outcomeStatus(tx, outcome.orderId()).filter(status::equals).isPresent()
        ? new Disposition.Duplicate()
        : new Disposition.Rejected(
            Reason.CONFLICT, "the order " + outcome.orderId() + " has the other outcome already");
  }
}
