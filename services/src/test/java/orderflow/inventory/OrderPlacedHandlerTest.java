package orderflow.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import orderflow.delivery.CrashSuspects;
import orderflow.delivery.Disposition;
import orderflow.delivery.Outbox;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.testing.LogLines;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderPlacedHandlerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  private final Outbox outbox = new Outbox();
  private Store store;

  @BeforeEach
  void start() {
    store =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(
                List.of(
                    Outbox.SCHEMA,
                    CrashSuspects.SCHEMA,
                    ReservationTable.SCHEMA,
                    StockTable.SCHEMA)));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void reservationMovesStockFromAvailableToReserved() {
    stock("widget", 5L);
    assertEquals(
        List.of("reserved", "failed", "reserved"),
        effects(apply(FailMode.NONE, order("a", 3), order("b", 3), order("c", 2))));
    assertLevel("widget", 0L, 5);
    assertEquals(List.of("failed"), effects(apply(FailMode.NONE, order("d", 1))));
    assertLevel("widget", 0L, 5);
    assertEquals(List.of("reserved", "failed", "reserved", "failed"), published());
  }

  @Test
  void reservationsOfAnUnlimitedItemAreCounted() {
    apply(FailMode.NONE, order("a", 3), order("b", 4));
    assertLevel("widget", null, 7);
  }

  @Test
  void settingTheStockKeepsTheReservedQuantity() {
    apply(FailMode.NONE, order("a", 3));
    stock("widget", 1L);
    assertLevel("widget", 1L, 3);
    assertEquals(List.of("failed"), effects(apply(FailMode.NONE, order("b", 2))));
    stock("widget", null);
    assertEquals(List.of("reserved"), effects(apply(FailMode.NONE, order("c", 2))));
    assertLevel("widget", null, 5);
  }

  @Test
  void duplicatesAreCountedAndHaveNoEffect() {
    stock("widget", 10L);
    List<Disposition> first = apply(FailMode.NONE, order("a", 3), order("a", 3));
    assertEquals(List.of(new Disposition.Effect("reserved"), new Disposition.Duplicate()), first);
    assertEquals(List.of(new Disposition.Duplicate()), apply(FailMode.NONE, order("a", 3)));
    assertLevel("widget", 7L, 3);
    assertEquals(3, row("a").deliveries());
    assertEquals(List.of("reserved"), published());
  }

  @Test
  void sameIdWithOtherContentIsAConflict() {
    for (OrderPlaced other :
        List.of(
            new OrderPlaced("a", "widget", 4, "u"),
            new OrderPlaced("a", "gadget", 3, "u"),
            new OrderPlaced("a", "widget", 3, "someone-else"))) {
      List<Disposition> dispositions = apply(FailMode.NONE, order("a", 3), other);
      assertEquals(
          Reason.CONFLICT,
          assertInstanceOf(Disposition.Rejected.class, dispositions.get(1)).reason());
    }
    assertLevel("widget", null, 3);
    assertNull(store.read(tx -> StockTable.find(tx, "gadget")).orElse(null));
    assertEquals(List.of("reserved"), published());
    assertEquals(3, row("a").deliveries(), "conflicts are no deliveries of it");
  }

  @Test
  void forcedFailureIsKeptForDuplicates() {
    stock("widget", 10L);
    assertEquals(List.of("failed"), effects(apply(FailMode.ALWAYS, order("a", 3))));
    assertEquals(List.of(new Disposition.Duplicate()), apply(FailMode.NONE, order("a", 3)));
    assertEquals("failed", row("a").status());
    assertEquals(Reservation.FORCED, row("a").reason());
    assertLevel("widget", 10L, 0);
  }

  @Test
  void forcedFailureIsDrawnOnceForEachOrder() {
    var handler = new OrderPlacedHandler(outbox, FailMode.PROB.predicate(0.5, new Random(42)));
    List<OrderPlaced> orders = IntStream.range(0, 200).mapToObj(i -> order("o-" + i, 1)).toList();
    List<String> drawn =
        effects(store.write(Durability.SYNCED, tx -> handler.apply(tx, orders, NOW)));
    long failed = drawn.stream().filter("failed"::equals).count();
    assertTrue(failed > 60 && failed < 140, () -> failed + " of 200 failed");
    store.write(Durability.SYNCED, tx -> handler.apply(tx, orders, NOW));
    assertEquals(drawn, orders.stream().map(order -> row(order.orderId()).status()).toList());
    assertLevel("widget", null, 200 - failed);
  }

  @Test
  void rolledBackBatchLeavesNothing() {
    stock("widget", 10L);
    var handler = new OrderPlacedHandler(outbox, order -> false);
    try {
      store.write(
          Durability.SYNCED,
          tx -> {
            handler.apply(tx, List.of(order("a", 3)), NOW);
            throw new IllegalStateException("on purpose");
          });
    } catch (IllegalStateException e) {
      assertEquals("on purpose", e.getMessage());
    }
    assertLevel("widget", 10L, 0);
    assertEquals(List.of(), published());
    assertEquals(List.of("reserved"), effects(apply(FailMode.NONE, order("a", 3))));
  }

  /** Operators and other programs search for these lines, as they stand here. */
  @Test
  void eachOrderIsLoggedWithItsResult() {
    stock("widget", 1L);
    var handler = new OrderPlacedHandler(outbox, order -> false);
    List<OrderPlaced> orders = List.of(order("a", 1), order("b", 1), order("a", 1), order("a", 2));
    try (var log = new LogLines("InventoryService")) {
      handler.committed(
          orders, store.write(Durability.SYNCED, tx -> handler.apply(tx, orders, NOW)));
      assertEquals(
          List.of(
              "Processed order_id=a -> reserved",
              "Processed order_id=b -> failed",
              "Idempotent skip for order_id=a"),
          log.at("INFO"));
    }
  }

  private List<Disposition> apply(FailMode mode, OrderPlaced... orders) {
    var handler = new OrderPlacedHandler(outbox, mode.predicate(0, new Random(1)));
    return store.write(Durability.SYNCED, tx -> handler.apply(tx, List.of(orders), NOW));
  }

  private static List<String> effects(List<Disposition> dispositions) {
    return dispositions.stream()
        .map(disposition -> assertInstanceOf(Disposition.Effect.class, disposition).result())
        .toList();
  }

  private void stock(String item, @Nullable Long available) {
    store.write(
        Durability.SYNCED,
        tx -> {
          StockTable.setAvailable(tx, item, available);
          return item;
        });
  }

  private void assertLevel(String item, @Nullable Long available, long reserved) {
    assertEquals(
        new StockTable.Level(item, available, reserved),
        store.read(tx -> StockTable.find(tx, item)).orElseThrow());
  }

  private ReservationTable.Row row(String orderId) {
    return store.read(tx -> ReservationTable.find(tx, orderId)).orElseThrow();
  }

  /** The statuses of the outcomes that wait in the outbox. */
  private List<String> published() {
    return store
        .read(tx -> tx.query("SELECT body FROM outbox ORDER BY id", row -> row.bytes(1)))
        .stream()
        .map(EventCodec::decodeOutcome)
        .map(InventoryOutcome::status)
        .map(InventoryOutcome.Status::wire)
        .toList();
  }

  private static OrderPlaced order(String id, int qty) {
    return new OrderPlaced(id, "widget", qty, "u");
  }
}
