package orderflow.cli.scenario;

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
import orderflow.cli.scenario.Verdict.Books;
import org.junit.jupiter.api.Test;

/** The judge is judged: each fault that can be planted is found, by the order's name. */
class AuditTest {
  private final Map<String, Integer> accepted = new HashMap<>();
  private final Set<String> inDoubt = new TreeSet<>();
  private final List<OrderStatus> orders = new ArrayList<>();
  private final List<Reservation> reservations = new ArrayList<>();
  private final List<Notification> notifications = new ArrayList<>();
  private final Map<String, Map<String, Integer>> deadLetters = new HashMap<>();
  private final List<String> doubledOnTheWire = new ArrayList<>();
  private final List<String> gaps = new ArrayList<>();
  private long stockReserved;

  /** Three orders in good order: two reserved, one failed. */
  AuditTest() {
    placed("a", "reserved");
    placed("b", "reserved");
    placed("c", "failed");
  }

  private void placed(String id, String status) {
    accepted.put(id, 1);
    decided(id, status);
  }

  private void decided(String id, String status) {
    orders.add(new OrderStatus(id, status));
    reservations.add(new Reservation(id, status, 2, 1));
    if (status.equals("reserved")) {
      notifications.add(sent(id));
      stockReserved += 2;
    }
  }

  private static Notification sent(String id) {
    return new Notification(id, "sent", 1);
  }

  private Audit audit() {
    return Audit.of(
        new Evidence(
            accepted,
            inDoubt,
            orders,
            reservations,
            notifications,
            deadLetters,
            doubledOnTheWire,
            stockReserved,
            gaps));
  }

  @Test
  void goodBooksAddUp() {
    Audit audit = audit();

    assertTrue(audit.addsUp(), () -> audit.books() + " " + audit.remarks());
    assertEquals(new Books(3, 2, 1, 0, 2, List.of(), List.of()), audit.books());
    assertEquals(List.of(), audit.remarks());
  }

  @Test
  void anOrderThatInventoryListsTwiceIsDoubled() {
    reservations.add(new Reservation("b", "reserved", 2, 1));

    assertDoubled("b");
    assertEquals(3, audit().books().reserved(), "rows are counted, not orders");
  }

  @Test
  void anOrderThatTheOrderServiceListsTwiceIsDoubled() {
    orders.add(new OrderStatus("c", "failed"));

    assertDoubled("c");
  }

  @Test
  void aNotificationThatIsListedTwiceIsDoubled() {
    notifications.add(sent("a"));

    assertDoubled("a");
    assertEquals(3, audit().books().notified());
  }

  @Test
  void twoOutcomesOnTheWireAreDoubled() {
    doubledOnTheWire.add("a");

    assertDoubled("a");
  }

  @Test
  void anOrderThatWasAcceptedTwiceIsDoubled() {
    accepted.put("a", 2);

    assertDoubled("a");
  }

  private void assertDoubled(String id) {
    Audit audit = audit();

    assertEquals(List.of(id), audit.books().doubleEffects());
    assertEquals(List.of(), audit.books().lost());
    assertFalse(audit.addsUp());
    assertTrue(audit.remarks().contains("double effect: " + id), audit.remarks().toString());
  }

  @Test
  void anAcceptedOrderThatNobodyKnowsIsLost() {
    accepted.put("d", 1);

    assertLost("d");
  }

  @Test
  void anAcceptedOrderWithoutADecisionIsLost() {
    accepted.put("d", 1);
    orders.add(new OrderStatus("d", "accepted"));

    assertLost("d");
  }

  @Test
  void aStoredOrderWithoutADecisionIsLostThoughItsClientWasNotTold() {
    inDoubt.add("d");
    orders.add(new OrderStatus("d", "accepted"));

    assertLost("d");
  }

  @Test
  void aReservationWithoutANotificationIsLost() {
    notifications.removeIf(row -> row.orderId().equals("b"));

    assertLost("b");
  }

  @Test
  void aNotificationThatWasGivenUpOrIsPendingIsLost() {
    notifications.replaceAll(row -> new Notification(row.orderId(), "given_up", 20));

    assertEquals(List.of("a", "b"), audit().books().lost());
    assertEquals(0, audit().books().notified());
    assertFalse(audit().addsUp());
  }

  @Test
  void anAcceptedOrderThatTheOrderServiceForgotIsLost() {
    orders.removeIf(row -> row.orderId().equals("a"));

    assertLost("a");
  }

  private void assertLost(String id) {
    Audit audit = audit();

    assertEquals(List.of(id), audit.books().lost());
    assertEquals(List.of(), audit.books().doubleEffects());
    assertFalse(audit.addsUp());
    assertTrue(audit.remarks().contains("lost: " + id), audit.remarks().toString());
  }

  @Test
  void anOrderInTheDeadLettersIsCountedAndNamedAndNotLost() {
    accepted.put("d", 1);
    orders.add(new OrderStatus("d", "accepted"));
    deadLetters.put("order_placed", Map.of("d", 2));
    Audit audit = audit();

    assertEquals(List.of(), audit.books().lost());
    assertEquals(2, audit.books().deadLettered());
    assertFalse(audit.addsUp());
    assertTrue(
        audit.remarks().contains("dead letter: d, 2 in order_placed_dlq"),
        audit.remarks().toString());
  }

  @Test
  void aReservationWhoseNotificationIsADeadLetterIsNotLostEither() {
    notifications.removeIf(row -> row.orderId().equals("b"));
    deadLetters.put("inventory_reserved", Map.of("b", 1));
    Audit audit = audit();

    assertEquals(List.of(), audit.books().lost());
    assertEquals(1, audit.books().deadLettered());
    assertFalse(audit.addsUp());
  }

  @Test
  void anOrderThatNobodyPlacedIsUnexplained() {
    decided("x", "reserved");

    assertUnexplained("x");
  }

  @Test
  void aDeadLetterOfAnOrderThatNobodyPlacedIsUnexplained() {
    deadLetters.put("order_outcome", Map.of("x", 1));

    assertUnexplained("x");
  }

  @Test
  void anOrderWithADecisionAndADeadLetterIsUnexplained() {
    deadLetters.put("order_placed", Map.of("a", 1));

    assertUnexplained("a");
  }

  @Test
  void aNotificationOfAnOrderThatFailedIsUnexplained() {
    notifications.add(sent("c"));

    assertUnexplained("c");
  }

  @Test
  void aNotificationWithoutADecisionIsUnexplained() {
    inDoubt.add("d");
    notifications.add(sent("d"));

    assertUnexplained("d");
  }

  @Test
  void twoServicesThatDisagreeAreUnexplained() {
    orders.removeIf(row -> row.orderId().equals("c"));
    orders.add(new OrderStatus("c", "reserved"));

    assertUnexplained("c");
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

  private void assertUnexplained(String start) {
    Audit audit = audit();

    assertEquals(1, audit.unexplained().size(), audit.remarks().toString());
    assertTrue(audit.unexplained().getFirst().startsWith(start), audit.remarks().toString());
    assertEquals(List.of(), audit.books().lost());
    assertEquals(List.of(), audit.books().doubleEffects());
    assertFalse(audit.addsUp());
  }

  /** A client without an answer cannot know; both are right, as long as the services agree. */
  @Test
  void anOrderInDoubtMayBeThereOrNot() {
    inDoubt.add("never stored");
    inDoubt.add("stored");
    decided("stored", "reserved");
    Audit audit = audit();

    assertTrue(audit.addsUp(), audit.remarks().toString());
    assertEquals(new Books(3, 2, 1, 0, 2, List.of(), List.of()), audit.books());
    assertEquals(
        List.of("in doubt: 2 orders that no answer says yes to, 1 of them decided"),
        audit.remarks());
  }

  @Test
  void aNotificationThatTookSeveralAttemptsIsMentioned() {
    notifications.set(0, new Notification("a", "sent", 3));
    Audit audit = audit();

    assertTrue(audit.addsUp());
    assertTrue(audit.remarks().getFirst().startsWith("retried: 1 "), audit.remarks().toString());
  }
}
