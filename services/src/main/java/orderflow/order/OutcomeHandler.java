package orderflow.order;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import orderflow.delivery.Handler;
import orderflow.delivery.Verdict;
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
  public List<Verdict> apply(Tx tx, List<InventoryOutcome> outcomes, Instant now) {
    List<Verdict> verdicts = new ArrayList<>(outcomes.size());
    for (InventoryOutcome outcome : outcomes) {
      verdicts.add(apply(tx, outcome, now));
    }
    return verdicts;
  }

  private static Verdict apply(Tx tx, InventoryOutcome outcome, Instant now) {
    String status = outcome.status().wire();
    if (OrderTable.insertOutcome(tx, outcome, now)) {
      return new Verdict.Effect(status);
    }
    return OrderTable.outcomeStatus(tx, outcome.orderId()).filter(status::equals).isPresent()
        ? new Verdict.Duplicate()
        : new Verdict.Rejected(
            Reason.CONFLICT, "the order " + outcome.orderId() + " has the other outcome already");
  }

  @Override
  public void deadLettered(Reason reason) {
    orderflow.service.Counting.deadLetters(metrics, queue(), reason).increment();
  }

  @Override
  public void committed(List<InventoryOutcome> outcomes, List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      orderflow.service.Counting.count(metrics, queue(), verdict);
    }
  }
}
