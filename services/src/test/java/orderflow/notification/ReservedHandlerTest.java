package orderflow.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import orderflow.delivery.Disposition;
import orderflow.delivery.Signal;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.store.MemoryStore;
import orderflow.store.Schema;
import orderflow.store.Store.Durability;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReservedHandlerTest {
  private static final InventoryOutcome WHOLE = outcome("u1", "widget", 2);
  private static final InventoryOutcome BARE = outcome("u1", null, null);
  private static final Disposition RECORDED = new Disposition.Effect("recorded");
  private static final Disposition DUPLICATE = new Disposition.Duplicate();
  private static final Disposition CONFLICT =
      new Disposition.Rejected(
          Reason.CONFLICT, "the order ord-1 was reserved before with other content");

  @Test
  void repeatedReservationWithFewerFieldsIsADuplicate() {
    assertEquals(List.of(RECORDED, DUPLICATE, DUPLICATE), dispositions(WHOLE, WHOLE, BARE));
    assertEquals(List.of(RECORDED, DUPLICATE, DUPLICATE), dispositions(BARE, BARE, WHOLE));
  }

  @Test
  void reservationWithOtherContentIsAConflict() {
    assertEquals(
        List.of(RECORDED, CONFLICT, CONFLICT, CONFLICT, DUPLICATE),
        dispositions(
            WHOLE,
            outcome("u2", "widget", 2),
            outcome("u1", "gadget", 2),
            outcome("u1", "widget", 3),
            WHOLE));
  }

  private static List<Disposition> dispositions(InventoryOutcome... outcomes) {
    try (var store = new MemoryStore(Schema.of(List.of(NotificationTable.SCHEMA)))) {
      var handler = new ReservedHandler(new Signal());
      return store.write(
          Durability.SYNCED, tx -> handler.apply(tx, List.of(outcomes), Instant.EPOCH));
    }
  }

  private static InventoryOutcome outcome(
      String user, @Nullable String item, @Nullable Integer qty) {
    return new InventoryOutcome("ord-1", Status.RESERVED, user, item, qty, null);
  }
}
