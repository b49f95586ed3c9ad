package orderflow.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import orderflow.delivery.Disposition;
import orderflow.delivery.Outbox;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.order.OrderAcceptor.Decision;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderAcceptorTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final OrderPlaced ORDER = new OrderPlaced("a", "widget", 1, "u");

  @TempDir Path folder;

  private final Outbox outbox = new Outbox();
  private final OutcomeHandler outcomes = new OutcomeHandler();
  private Store store;

  @BeforeEach
  void start() {
    store =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(List.of(Outbox.SCHEMA, OrderTable.SCHEMA)).then(OrderTable.OUTBOX_SCHEMA));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void newOrderIsRecordedTogetherWithItsEvent() {
    assertEquals(List.of(Decision.ACCEPTED), accept(10, ORDER));
    assertEquals("accepted", row("a").status());
    assertEquals(NOW, row("a").acceptedAt());
    assertEquals(List.of(ORDER), published());
  }

  @Test
  void repeatedOrderIsPublishedOnce() {
    assertEquals(List.of(Decision.ACCEPTED, Decision.REPEATED), accept(10, ORDER, ORDER));
    assertEquals(List.of(Decision.REPEATED), accept(10, ORDER));
    assertEquals(List.of(ORDER), published());
  }

  /** Retries while the broker is down must not count as waiting orders. */
  @Test
  void repeatedOrdersDoNotCountAsWaiting() {
    accept(10, ORDER, ORDER, ORDER);
    accept(10, ORDER);
    accept(10, new OrderPlaced("b", "widget", 1, "u"));
    assertEquals(2L, store.read(outbox.events()::depth));
  }

  @Test
  void otherOrderWithTheSameIdIsAConflict() {
    accept(10, ORDER);
    for (OrderPlaced other :
        List.of(
            new OrderPlaced("a", "widget", 2, "u"),
            new OrderPlaced("a", "gadget", 1, "u"),
            new OrderPlaced("a", "widget", 1, "v"))) {
      assertEquals(List.of(Decision.CONFLICT), accept(10, other));
    }
    assertEquals(ORDER, row("a").order());
    assertEquals(List.of(ORDER), published());
  }

  @Test
  void fullOutboxRefusesNewOrdersAndAnswersKnownOnes() {
    accept(1, ORDER);
    assertEquals(
        List.of(Decision.OVERLOADED, Decision.REPEATED, Decision.CONFLICT),
        accept(
            1,
            new OrderPlaced("b", "widget", 1, "u"),
            ORDER,
            new OrderPlaced("a", "widget", 2, "u")));
    assertEquals(List.of(ORDER), published());
    assertEquals(List.of(Decision.ACCEPTED), accept(2, new OrderPlaced("b", "widget", 1, "u")));
  }

  @Test
  void outcomeBecomesTheStatus() {
    accept(10, ORDER);
    assertEquals(
        List.of(new Disposition.Effect("failed")),
        applyOutcomes(InventoryOutcome.failed(ORDER, "none left")));
    assertEquals("failed", row("a").status());
    assertEquals("none left", row("a").reason());
    assertEquals(NOW, row("a").decidedAt());
  }

  @Test
  void outcomeBeforeItsOrderIsKept() {
    applyOutcomes(InventoryOutcome.reserved(ORDER));
    assertEquals(List.of(Decision.ACCEPTED), accept(10, ORDER));
    assertEquals("reserved", row("a").status());
  }

  @Test
  void secondOutcomeIsADuplicateOrAConflict() {
    InventoryOutcome reserved = InventoryOutcome.reserved(ORDER);
    InventoryOutcome failed = InventoryOutcome.failed(ORDER, "none left");
    List<Disposition> dispositions = applyOutcomes(reserved, reserved, failed);
    assertEquals(
        List.of(new Disposition.Effect("reserved"), new Disposition.Duplicate()),
        dispositions.subList(0, 2));
    assertEquals(
        Reason.CONFLICT,
        assertInstanceOf(Disposition.Rejected.class, dispositions.get(2)).reason());
    assertEquals(List.of(new Disposition.Duplicate()), applyOutcomes(reserved));
    accept(10, ORDER);
    assertEquals("reserved", row("a").status());
  }

  private List<Decision> accept(long outboxLimit, OrderPlaced... orders) {
    var acceptance = new OrderAcceptor(outbox, outboxLimit);
    return store.write(Durability.SYNCED, tx -> acceptance.accept(tx, List.of(orders), NOW));
  }

  private List<Disposition> applyOutcomes(InventoryOutcome... decided) {
    return store.write(Durability.SYNCED, tx -> outcomes.apply(tx, List.of(decided), NOW));
  }

  private OrderTable.Row row(String orderId) {
    return store.read(tx -> OrderTable.find(tx, orderId)).orElseThrow();
  }

  private List<OrderPlaced> published() {
    return store
        .read(tx -> tx.query("SELECT body FROM outbox ORDER BY id", row -> row.bytes(1)))
        .stream()
        .map(EventCodec::decodeOrderPlaced)
        .toList();
  }
}
