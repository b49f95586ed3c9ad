package orderflow.notification;

import java.time.Instant;
import java.util.List;
import orderflow.delivery.Disposition;
import orderflow.delivery.Handler;
import orderflow.delivery.Signal;
import orderflow.event.Event;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Topology;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records one notification for each reserved order; {@link Sender} sends them. */
final class ReservedHandler implements Handler<InventoryOutcome> {
  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  private final Signal recorded;

  /**
   * @param recorded raised when there is a notification to send
   */
  ReservedHandler(Signal recorded) {
    this.recorded = recorded;
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
    return outcomes.stream().map(outcome -> apply(tx, outcome, now)).toList();
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
    boolean same =
        NotificationTable.find(tx, orderId)
            .filter(row -> isSame(row.notification(), outcome))
            .isPresent();
    if (!same) {
      return new Disposition.Rejected(
          Reason.CONFLICT, "the order " + orderId + " was reserved before with other content");
    }
    NotificationTable.countDelivery(tx, orderId);
    return new Disposition.Duplicate();
  }

  /** A field that one of the two lacks does not count. */
  private static boolean isSame(Notification recorded, InventoryOutcome outcome) {
    return recorded.userId().equals(outcome.userId())
        && isSame(recorded.itemId(), outcome.itemId())
        && isSame(recorded.qty(), outcome.qty());
  }

  private static <T> boolean isSame(@Nullable T one, @Nullable T other) {
    return one == null || other == null || one.equals(other);
  }

  @Override
  public void committed(List<InventoryOutcome> outcomes, List<Disposition> dispositions) {
    recorded.raise();
    for (int i = 0; i < outcomes.size(); i++) {
      if (dispositions.get(i) instanceof Disposition.Duplicate) {
        LOG.info("Idempotent skip for order_id={}", outcomes.get(i).orderId());
      }
    }
  }
}
