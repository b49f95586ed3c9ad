package orderflow.order;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import orderflow.delivery.Outbox;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
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

  private List<Decision> accept(long outboxLimit, OrderPlaced... orders) {
    var acceptor = new OrderAcceptor(outbox, outboxLimit);
    return store.write(Durability.SYNCED, tx -> acceptor.accept(tx, List.of(orders), NOW));
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
