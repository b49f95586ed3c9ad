package orderflow.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import orderflow.delivery.Disposition;
import orderflow.delivery.Outbox;
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

class OutcomeHandlerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final OrderPlaced ORDER = new OrderPlaced("a", "widget", 1, "u");

  @TempDir Path folder;

  private final OrderAcceptor acceptor = new OrderAcceptor(new Outbox(), 10);
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
  void outcomeBecomesTheStatus() {
    accept();
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
    assertEquals(List.of(Decision.ACCEPTED), accept());
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
    accept();
    assertEquals("reserved", row("a").status());
  }

  private List<Decision> accept() {
    return store.write(Durability.SYNCED, tx -> acceptor.accept(tx, List.of(ORDER), NOW));
  }

  private List<Disposition> applyOutcomes(InventoryOutcome... decided) {
    return store.write(Durability.SYNCED, tx -> outcomes.apply(tx, List.of(decided), NOW));
  }

  private OrderTable.Row row(String orderId) {
    return store.read(tx -> OrderTable.find(tx, orderId)).orElseThrow();
  }
}
