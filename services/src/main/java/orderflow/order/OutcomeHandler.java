package orderflow.order;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import orderflow.delivery.Disposition;
import orderflow.delivery.Handler;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Topology;
import orderflow.store.Tx;

/** Follows what inventory decided; the first outcome of an order stands. */
final class OutcomeHandler implements Handler<InventoryOutcome> {
  private final MeterRegistry metrics;

  OutcomeHandler(MeterRegistry metrics) {
    this.metrics = metrics;
  }

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
    List<Disposition> verdicts = new ArrayList<>(outcomes.size());
    for (InventoryOutcome outcome : outcomes) {
      verdicts.add(apply(tx, outcome, now));
    }
    return verdicts;
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

  @Override
  public void deadLettered(Reason reason) {
    orderflow.service.MessageMetrics.deadLetters(metrics, queue(), reason).increment();
  }

  @Override
  public void committed(List<InventoryOutcome> outcomes, List<Disposition> verdicts) {
    for (Disposition verdict : verdicts) {
      orderflow.service.MessageMetrics.count(metrics, queue(), verdict);
    }
  }
}
