package orderflow.cli.prove.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import orderflow.cli.client.InventoryClient.Reservation;
import orderflow.cli.client.NotificationClient.Notification;
import orderflow.cli.client.OrderClient.OrderStatus;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.load.OrderIds;
import org.junit.jupiter.api.Test;

/** The judge is judged: each fault that can be planted is found, by the order's name. */
class CheckerTest {
  private static final OrderIds IDS = new OrderIds("run");
  private static final String A = IDS.id(0);
  private static final String B = IDS.id(1);
  private static final String C = IDS.id(2);
  private static final String D = IDS.id(3);
  private static final String X = IDS.id(7);

  private final Map<String, Integer> accepted = new HashMap<>();
  private final Set<String> inDoubt = new TreeSet<>();
  private final Set<String> refused = new TreeSet<>();
  private final List<OrderStatus> orders = new ArrayList<>();
  private final List<Reservation> reservations = new ArrayList<>();
  private final List<Notification> notifications = new ArrayList<>();
  private final Map<String, Map<String, Integer>> deadLetters = new HashMap<>();
  private final Map<String, Integer> placedOnTheWire = new HashMap<>();
  private final Map<String, Integer> outcomesOnTheWire = new HashMap<>();
  private final List<String> gaps = new ArrayList<>();
  private final Set<String> excused = new TreeSet<>();
  private long stockReserved;

  /** Three orders in good order: two reserved, one failed. */
  CheckerTest() {
    placed(A, "reserved");
    placed(B, "reserved");
    placed(C, "failed");
  }

  private void placed(String id, String status) {
    accepted.put(id, 1);
    decided(id, status);
  }

  private void decided(String id, String status) {
    orders.add(new OrderStatus(id, status));
    placedOnTheWire.put(id, 1);
    outcomesOnTheWire.put(id, 1);
    reservations.add(new Reservation(id, status, 2, 1));
    if (status.equals("reserved")) {
      notifications.add(sent(id));
      stockReserved += 2;
    }
  }

  private static Notification sent(String id) {
    return new Notification(id, "sent", 1);
  }

  private Checker audit() {
    var ledger = new ClientHistory(IDS);
    accepted.forEach((id, times) -> {
      for (int n = 0; n < times; n++) {
        ledger.accept(id, PlaceStatus.ACCEPTED);
      }
    });
    inDoubt.forEach(id -> ledger.accept(id, PlaceStatus.UNKNOWN));
    refused.forEach(id -> ledger.accept(id, PlaceStatus.REJECTED));
    var evidence = new ObservedState(IDS);
    orders.forEach(evidence::add);
    reservations.forEach(evidence::add);
    notifications.forEach(evidence::add);
    deadLetters.forEach((queue, byOrder) ->
        byOrder.forEach((id, times) -> {
          for (int n = 0; n < times; n++) {
            evidence.addDeadLetter(queue, id);
          }
        }));
    placedOnTheWire.forEach((id, times) ->
        evidence.addEvents(IDS.numberOf(id), times, outcomesOnTheWire.getOrDefault(id, 0)));
    evidence.setStockReserved(stockReserved);
    gaps.forEach(evidence::addUnreadable);
    excused.forEach(id -> evidence.excuseNotification(IDS.numberOf(id)));
    return Checker.of(ledger, evidence);
  }

  @Test
  void goodBooksAddUp() {
    Checker audit = audit();

    assertTrue(audit.addsUp(), () -> audit.totals() + " " + audit.remarks());
    assertEquals(new Totals(3, 2, 1, 0, 2, List.of(), List.of()), audit.totals());
    assertEquals(List.of(), audit.remarks());
  }

  @Test
  void aNotificationThatIsNotPromisedIsNamedAndTheBooksAddUp() {
    notifications.clear();
    notifications.add(sent(B));
    excused.addAll(List.of(A, B, C));

    Checker audit = audit();

    assertTrue(audit.addsUp(), () -> audit.totals() + " " + audit.remarks());
    assertEquals(1, audit.excusedCount());
    assertEquals("not promised: " + A, audit.remarks().getLast());
  }

  @Test
  void aMissingNotificationOutsideTheGapIsLost() {
    notifications.clear();
    excused.add(A);

    Checker audit = audit();

    assertFalse(audit.addsUp());
    assertEquals(List.of(B), audit.totals().lost());
    assertEquals(1, audit.excusedCount());
  }

  @Test
  void anOrderThatInventoryListsTwiceIsDoubled() {
    reservations.add(new Reservation(B, "reserved", 2, 1));

    assertDoubled(B);
    assertEquals(3, audit().totals().reserved(), "rows are counted, not orders");
  }

  @Test
  void anOrderThatTheOrderServiceListsTwiceIsDoubled() {
    orders.add(new OrderStatus(C, "failed"));

    assertDoubled(C);
  }

  @Test
  void aNotificationThatIsListedTwiceIsDoubled() {
    notifications.add(sent(A));

    assertDoubled(A);
    assertEquals(3, audit().totals().notified());
  }

  @Test
  void twoOutcomesOnTheWireAreDoubled() {
    outcomesOnTheWire.put(A, 2);

    assertDoubled(A);
  }

  @Test
  void twoOrdersByTheSameIdOnTheWireAreDoubled() {
    placedOnTheWire.put(A, 2);

    assertDoubled(A);
  }

  /** Else a tap that is deaf would find no doubles. */
  @Test
  void anEffectThatNeverWentOverTheWireIsUnexplained() {
    outcomesOnTheWire.put(B, 0);

    assertUnexplained(B);
  }

  @Test
  void anOrderThatNeverWentOverTheWireIsUnexplained() {
    placedOnTheWire.put(B, 0);

    assertUnexplained(B);
  }

  @Test
  void anOrderThatWasAcceptedTwiceIsDoubled() {
    accepted.put(A, 2);

    assertDoubled(A);
  }

  private void assertDoubled(String id) {
    Checker audit = audit();

    assertEquals(List.of(id), audit.totals().doubleEffects());
    assertEquals(List.of(), audit.totals().lost());
    assertFalse(audit.addsUp());
    assertTrue(audit.remarks().contains("double effect: " + id), audit.remarks().toString());
  }

  @Test
  void anAcceptedOrderThatNobodyKnowsIsLost() {
    accepted.put(D, 1);

    assertLost(D);
  }

  @Test
  void anAcceptedOrderWithoutADecisionIsLost() {
    accepted.put(D, 1);
    orders.add(new OrderStatus(D, "accepted"));

    assertLost(D);
  }

  @Test
  void aStoredOrderWithoutADecisionIsLostThoughItsClientWasNotTold() {
    inDoubt.add(D);
    orders.add(new OrderStatus(D, "accepted"));

    assertLost(D);
  }

  @Test
  void aReservationWithoutANotificationIsLost() {
    notifications.removeIf(row -> row.orderId().equals(B));

    assertLost(B);
  }

  @Test
  void aNotificationThatWasGivenUpOrIsPendingIsLost() {
    notifications.replaceAll(row -> new Notification(row.orderId(), "given_up", 20));

    assertEquals(List.of(A, B), audit().totals().lost());
    assertEquals(0, audit().totals().notified());
    assertFalse(audit().addsUp());
  }

  @Test
  void anAcceptedOrderThatTheOrderServiceForgotIsLost() {
    orders.removeIf(row -> row.orderId().equals(A));

    assertLost(A);
  }

  private void assertLost(String id) {
    Checker audit = audit();

    assertEquals(List.of(id), audit.totals().lost());
    assertEquals(List.of(), audit.totals().doubleEffects());
    assertFalse(audit.addsUp());
    assertTrue(audit.remarks().contains("lost: " + id), audit.remarks().toString());
  }

  @Test
  void anOrderInTheDeadLettersIsCountedAndNamedAndNotLost() {
    accepted.put(D, 1);
    orders.add(new OrderStatus(D, "accepted"));
    deadLetters.put("order_placed", Map.of(D, 2));
    Checker audit = audit();

    assertEquals(List.of(), audit.totals().lost());
    assertEquals(2, audit.totals().deadLettered());
    assertFalse(audit.addsUp());
    assertTrue(
        audit.remarks().contains("dead letter: " + D + ", 2 in order_placed_dlq"),
        audit.remarks().toString());
  }

  @Test
  void aReservationWhoseNotificationIsADeadLetterIsNotLostEither() {
    notifications.removeIf(row -> row.orderId().equals(B));
    deadLetters.put("inventory_reserved", Map.of(B, 1));
    Checker audit = audit();

    assertEquals(List.of(), audit.totals().lost());
    assertEquals(1, audit.totals().deadLettered());
    assertFalse(audit.addsUp());
  }

  @Test
  void anOrderThatNobodyPlacedIsUnexplained() {
    decided(X, "reserved");

    assertUnexplained(X);
  }

  @Test
  void anOrderThatWasRefusedAndIsOnRecordIsUnexplained() {
    refused.add(D);
    assertTrue(audit().addsUp(), "refused and not on record is right");
    decided(D, "reserved");

    assertUnexplained(D);
  }

  @Test
  void aDeadLetterOfAnOrderThatNobodyPlacedIsUnexplained() {
    deadLetters.put("order_outcome", Map.of(X, 1));

    assertUnexplained(X);
  }

  @Test
  void anOrderWithADecisionAndADeadLetterIsUnexplained() {
    deadLetters.put("order_placed", Map.of(A, 1));

    assertUnexplained(A);
  }

  @Test
  void aNotificationOfAnOrderThatFailedIsUnexplained() {
    notifications.add(sent(C));

    assertUnexplained(C);
  }

  @Test
  void aNotificationWithoutADecisionIsUnexplained() {
    inDoubt.add(D);
    notifications.add(sent(D));

    assertUnexplained(D);
  }

  @Test
  void twoServicesThatDisagreeAreUnexplained() {
    orders.removeIf(row -> row.orderId().equals(C));
    orders.add(new OrderStatus(C, "reserved"));

    assertUnexplained(C);
  }

  @Test
  void stockThatDoesNotMatchTheReservationsIsUnexplained() {
    stockReserved++;

    assertUnexplained("stock");
  }

  @Test
  void whatCouldNotBeLookedAtIsNoSuccess() {
    gaps.add("only 1 of 2 messages could be seen");

    assertUnexplained("only 1 of 2");
  }

  @Test
  void anIdThatIsNoNumberOfTheRunIsUnexplained() {
    orders.add(new OrderStatus("run-and-more", "accepted"));
    notifications.add(sent("run-and-more"));

    assertUnexplained("run-and-more");
  }

  /** In some ten bytes an order, and what is wrong is still named. */
  @Test
  void aMillionOrdersAreJudged() {
    int million = 1_000_000;
    var ledger = new ClientHistory(IDS);
    var evidence = new ObservedState(IDS);
    for (int n = 0; n < million; n++) {
      String id = IDS.id(n);
      ledger.accept(id, PlaceStatus.ACCEPTED);
      evidence.addEvents(n, 1, 1);
      evidence.add(new OrderStatus(id, "reserved"));
      evidence.add(new Reservation(id, "reserved", 1, 1));
      if (n % 2 == 0) {
        evidence.add(sent(id));
      }
    }
    evidence.setStockReserved(million);
    Checker audit = Checker.of(ledger, evidence);

    Totals books = audit.totals();
    assertEquals(million, books.accepted());
    assertEquals(million / 2, books.notified());
    assertEquals(million / 2, books.lost().size());
    assertEquals(IDS.id(million - 1), books.lost().getLast());
    assertEquals(1_001, audit.remarks().size(), "some by name, and how many more");
    assertEquals("lost: and 499,000 more", audit.remarks().getLast());
  }

  private void assertUnexplained(String start) {
    Checker audit = audit();

    assertEquals(1, audit.unexplained().size(), audit.remarks().toString());
    assertTrue(audit.unexplained().getFirst().startsWith(start), audit.remarks().toString());
    assertEquals(List.of(), audit.totals().lost());
    assertEquals(List.of(), audit.totals().doubleEffects());
    assertFalse(audit.addsUp());
  }

  /** A client without an answer cannot know; both are right, as long as the services agree. */
  @Test
  void anOrderInDoubtMayBeThereOrNot() {
    inDoubt.add(D);
    inDoubt.add(X);
    decided(X, "reserved");
    Checker audit = audit();

    assertTrue(audit.addsUp(), audit.remarks().toString());
    assertEquals(new Totals(3, 2, 1, 0, 2, List.of(), List.of()), audit.totals());
    assertEquals(
        List.of("in doubt: 2 orders without a positive response, 1 of them decided"),
        audit.remarks());
  }

  @Test
  void aNotificationThatTookSeveralAttemptsIsMentioned() {
    notifications.set(0, new Notification(A, "sent", 3));
    Checker audit = audit();

    assertTrue(audit.addsUp());
    assertTrue(audit.remarks().getFirst().startsWith("retried: 1 "), audit.remarks().toString());
  }
}
