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

/** The checker finds each planted fault, and lists the order. */
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
  private final Map<String, Integer> orderEvents = new HashMap<>();
  private final Map<String, Integer> outcomeEvents = new HashMap<>();
  private final List<String> unreadable = new ArrayList<>();
  private final Set<String> excused = new TreeSet<>();
  private long stockReserved;

  /** Three correct orders: two reserved, one failed. */
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
    orderEvents.put(id, 1);
    outcomeEvents.put(id, 1);
    reservations.add(new Reservation(id, status, 2, 1));
    if (status.equals("reserved")) {
      notifications.add(sent(id));
      stockReserved += 2;
    }
  }

  private static Notification sent(String id) {
    return new Notification(id, "sent", 1);
  }

  private Checker check() {
    var history = new ClientHistory(IDS);
    accepted.forEach((id, times) -> {
      for (int n = 0; n < times; n++) {
        history.accept(id, PlaceStatus.ACCEPTED);
      }
    });
    inDoubt.forEach(id -> history.accept(id, PlaceStatus.UNKNOWN));
    refused.forEach(id -> history.accept(id, PlaceStatus.REJECTED));
    var observed = new ObservedState(IDS);
    orders.forEach(observed::add);
    reservations.forEach(observed::add);
    notifications.forEach(observed::add);
    deadLetters.forEach((queue, byOrder) ->
        byOrder.forEach((id, times) -> {
          for (int n = 0; n < times; n++) {
            observed.addDeadLetter(queue, id);
          }
        }));
    orderEvents.forEach((id, times) ->
        observed.addEvents(IDS.numberOf(id), times, outcomeEvents.getOrDefault(id, 0)));
    observed.setStockReserved(stockReserved);
    unreadable.forEach(observed::addUnreadable);
    excused.forEach(id -> observed.excuseNotification(IDS.numberOf(id)));
    return Checker.of(history, observed);
  }

  @Test
  void correctOrdersAddUp() {
    Checker checker = check();

    assertTrue(checker.addsUp(), () -> checker.totals() + " " + checker.remarks());
    assertEquals(new Totals(3, 2, 1, 0, 2, List.of(), List.of()), checker.totals());
    assertEquals(List.of(), checker.remarks());
  }

  @Test
  void excusedNotificationIsListedAndTotalsAddUp() {
    notifications.clear();
    notifications.add(sent(B));
    excused.addAll(List.of(A, B, C));

    Checker checker = check();

    assertTrue(checker.addsUp(), () -> checker.totals() + " " + checker.remarks());
    assertEquals(1, checker.excusedCount());
    assertEquals("not promised: " + A, checker.remarks().getLast());
  }

  @Test
  void missingNotificationOutsideTheLossWindowIsLost() {
    notifications.clear();
    excused.add(A);

    Checker checker = check();

    assertFalse(checker.addsUp());
    assertEquals(List.of(B), checker.totals().lost());
    assertEquals(1, checker.excusedCount());
  }

  @Test
  void duplicateReservationIsADoubleEffect() {
    reservations.add(new Reservation(B, "reserved", 2, 1));

    assertDoubled(B);
    assertEquals(3, check().totals().reserved(), "rows are counted, not orders");
  }

  @Test
  void duplicateOrderRowIsADoubleEffect() {
    orders.add(new OrderStatus(C, "failed"));

    assertDoubled(C);
  }

  @Test
  void duplicateNotificationIsADoubleEffect() {
    notifications.add(sent(A));

    assertDoubled(A);
    assertEquals(3, check().totals().notified());
  }

  @Test
  void twoOutcomeEventsAreADoubleEffect() {
    outcomeEvents.put(A, 2);

    assertDoubled(A);
  }

  @Test
  void twoOrderEventsAreADoubleEffect() {
    orderEvents.put(A, 2);

    assertDoubled(A);
  }

  /** Otherwise a recorder without events would find no double effect. */
  @Test
  void decisionWithoutOutcomeEventIsUnexplained() {
    outcomeEvents.put(B, 0);

    assertUnexplained(B);
  }

  @Test
  void decisionWithoutOrderEventIsUnexplained() {
    orderEvents.put(B, 0);

    assertUnexplained(B);
  }

  @Test
  void orderAcceptedTwiceIsADoubleEffect() {
    accepted.put(A, 2);

    assertDoubled(A);
  }

  private void assertDoubled(String id) {
    Checker checker = check();

    assertEquals(List.of(id), checker.totals().doubleEffects());
    assertEquals(List.of(), checker.totals().lost());
    assertFalse(checker.addsUp());
    assertTrue(checker.remarks().contains("double effect: " + id), checker.remarks().toString());
  }

  @Test
  void acceptedOrderWithoutAnyRowIsLost() {
    accepted.put(D, 1);

    assertLost(D);
  }

  @Test
  void acceptedOrderWithoutDecisionIsLost() {
    accepted.put(D, 1);
    orders.add(new OrderStatus(D, "accepted"));

    assertLost(D);
  }

  @Test
  void storedOrderWithoutDecisionIsLostEvenIfTheResponseWasLost() {
    inDoubt.add(D);
    orders.add(new OrderStatus(D, "accepted"));

    assertLost(D);
  }

  @Test
  void reservationWithoutNotificationIsLost() {
    notifications.removeIf(row -> row.orderId().equals(B));

    assertLost(B);
  }

  @Test
  void failedOrPendingNotificationIsLost() {
    notifications.replaceAll(row -> new Notification(row.orderId(), "given_up", 20));

    assertEquals(List.of(A, B), check().totals().lost());
    assertEquals(0, check().totals().notified());
    assertFalse(check().addsUp());
  }

  @Test
  void acceptedOrderMissingInTheOrderServiceIsLost() {
    orders.removeIf(row -> row.orderId().equals(A));

    assertLost(A);
  }

  private void assertLost(String id) {
    Checker checker = check();

    assertEquals(List.of(id), checker.totals().lost());
    assertEquals(List.of(), checker.totals().doubleEffects());
    assertFalse(checker.addsUp());
    assertTrue(checker.remarks().contains("lost: " + id), checker.remarks().toString());
  }

  @Test
  void deadLetteredOrderIsCountedAndListedAndNotLost() {
    accepted.put(D, 1);
    orders.add(new OrderStatus(D, "accepted"));
    deadLetters.put("order_placed", Map.of(D, 2));
    Checker checker = check();

    assertEquals(List.of(), checker.totals().lost());
    assertEquals(2, checker.totals().deadLettered());
    assertFalse(checker.addsUp());
    assertTrue(
        checker.remarks().contains("dead letter: " + D + ", 2 in order_placed_dlq"),
        checker.remarks().toString());
  }

  @Test
  void reservationWithDeadLetteredEventIsNotLost() {
    notifications.removeIf(row -> row.orderId().equals(B));
    deadLetters.put("inventory_reserved", Map.of(B, 1));
    Checker checker = check();

    assertEquals(List.of(), checker.totals().lost());
    assertEquals(1, checker.totals().deadLettered());
    assertFalse(checker.addsUp());
  }

  @Test
  void orderThatWasNeverPlacedIsUnexplained() {
    decided(X, "reserved");

    assertUnexplained(X);
  }

  @Test
  void rejectedOrderWithAnEffectIsUnexplained() {
    refused.add(D);
    assertTrue(check().addsUp(), "refused and not on record is right");
    decided(D, "reserved");

    assertUnexplained(D);
  }

  @Test
  void deadLetterOfAnOrderThatWasNeverPlacedIsUnexplained() {
    deadLetters.put("order_outcome", Map.of(X, 1));

    assertUnexplained(X);
  }

  @Test
  void decidedOrderWithADeadLetterIsUnexplained() {
    deadLetters.put("order_placed", Map.of(A, 1));

    assertUnexplained(A);
  }

  @Test
  void notificationOfAFailedOrderIsUnexplained() {
    notifications.add(sent(C));

    assertUnexplained(C);
  }

  @Test
  void notificationWithoutDecisionIsUnexplained() {
    inDoubt.add(D);
    notifications.add(sent(D));

    assertUnexplained(D);
  }

  @Test
  void differentStatusInTwoServicesIsUnexplained() {
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
  void unreadableMessagesAreUnexplained() {
    unreadable.add("only 1 of 2 messages could be seen");

    assertUnexplained("only 1 of 2");
  }

  @Test
  void idWithoutAnOrderNumberIsUnexplained() {
    orders.add(new OrderStatus("run-and-more", "accepted"));
    notifications.add(sent("run-and-more"));

    assertUnexplained("run-and-more");
  }

  /** In about ten bytes an order, and each problem is still listed. */
  @Test
  void aMillionOrdersAreChecked() {
    int million = 1_000_000;
    var history = new ClientHistory(IDS);
    var observed = new ObservedState(IDS);
    for (int n = 0; n < million; n++) {
      String id = IDS.id(n);
      history.accept(id, PlaceStatus.ACCEPTED);
      observed.addEvents(n, 1, 1);
      observed.add(new OrderStatus(id, "reserved"));
      observed.add(new Reservation(id, "reserved", 1, 1));
      if (n % 2 == 0) {
        observed.add(sent(id));
      }
    }
    observed.setStockReserved(million);
    Checker checker = Checker.of(history, observed);

    Totals books = checker.totals();
    assertEquals(million, books.accepted());
    assertEquals(million / 2, books.notified());
    assertEquals(million / 2, books.lost().size());
    assertEquals(IDS.id(million - 1), books.lost().getLast());
    assertEquals(1_001, checker.remarks().size(), "some by name, and how many more");
    assertEquals("lost: and 499,000 more", checker.remarks().getLast());
  }

  private void assertUnexplained(String start) {
    Checker checker = check();

    assertEquals(1, checker.unexplainedCount(), checker.remarks().toString());
    assertTrue(
        checker.remarks().stream().anyMatch(remark -> remark.startsWith("unexplained: " + start)),
        checker.remarks().toString());
    assertEquals(List.of(), checker.totals().lost());
    assertEquals(List.of(), checker.totals().doubleEffects());
    assertFalse(checker.addsUp());
  }

  /** A client without a response cannot know; both are correct if the services agree. */
  @Test
  void orderInDoubtMayHaveAnEffectOrNot() {
    inDoubt.add(D);
    inDoubt.add(X);
    decided(X, "reserved");
    Checker checker = check();

    assertTrue(checker.addsUp(), checker.remarks().toString());
    assertEquals(new Totals(3, 2, 1, 0, 2, List.of(), List.of()), checker.totals());
    assertEquals(
        List.of("in doubt: 2 orders without a positive response, 1 of them decided"),
        checker.remarks());
  }

  @Test
  void retriedNotificationIsMentioned() {
    notifications.set(0, new Notification(A, "sent", 3));
    Checker checker = check();

    assertTrue(checker.addsUp());
    assertTrue(
        checker.remarks().getFirst().startsWith("retried: 1 "), checker.remarks().toString());
  }
}
