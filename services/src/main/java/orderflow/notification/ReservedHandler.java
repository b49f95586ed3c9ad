package orderflow.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.delivery.Disposition;
import orderflow.delivery.Handler;
import orderflow.delivery.Signal;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Topology;
import orderflow.service.MessageMetrics;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records whom to tell, once an order; {@link Sender} tells them. */
final class ReservedHandler implements Handler<InventoryOutcome> {
  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  private final Signal recorded;
  private final MeterRegistry metrics;

  ReservedHandler(Signal recorded, MeterRegistry metrics) {
    this.recorded = recorded;
    this.metrics = metrics;
  }

  @Override
  public String queue() {
    return Topology.INVENTORY_RESERVED;
  }

  @Override
  public List<Event.Type> accepts() {
    return List.of(Event.Type.INVENTORY_RESERVED);
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
    String orderId = outcome.orderId();
    if (outcome.status() == Status.FAILED) {
      return new Disposition.Rejected(
          Reason.UNSUPPORTED, "a failed order does not belong into " + Topology.INVENTORY_RESERVED);
    }
    if (NotificationTable.insert(tx, outcome, now)) {
      return new Disposition.Effect("recorded");
    }
    Optional<Notification> known =
        NotificationTable.find(tx, orderId).map(NotificationTable.Row::notification);
    if (known.filter(recorded -> isSame(recorded, outcome)).isEmpty()) {
      return new Disposition.Rejected(
          Reason.CONFLICT, "the order " + orderId + " was reserved before with other content");
    }
    NotificationTable.countDelivery(tx, orderId);
    return new Disposition.Duplicate();
  }

  /** What one of the two does not tell cannot differ. */
  private static boolean isSame(Notification recorded, InventoryOutcome outcome) {
    return recorded.userId().equals(outcome.userId())
        && isSame(recorded.itemId(), outcome.itemId())
        && isSame(recorded.qty(), outcome.qty());
  }

  private static <T> boolean isSame(@Nullable T one, @Nullable T other) {
    return one == null || other == null || one.equals(other);
  }

  @Override
  public void deadLettered(Reason reason) {
    MessageMetrics.deadLetters(metrics, queue(), reason).increment();
  }

  @Override
  public void committed(List<InventoryOutcome> outcomes, List<Disposition> verdicts) {
    recorded.raise();
    for (int i = 0; i < outcomes.size(); i++) {
      if (verdicts.get(i) instanceof Disposition.Duplicate) {
        LOG.info("Idempotent skip for order_id={}", outcomes.get(i).orderId());
      }
      MessageMetrics.count(metrics, queue(), verdicts.get(i));
    }
  }
}
