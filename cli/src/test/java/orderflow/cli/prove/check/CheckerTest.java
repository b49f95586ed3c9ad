package orderflow.cli.prove.check;

import static orderflow.cli.prove.check.TestHistory.isEvent;
import static orderflow.cli.prove.check.TestHistory.isRow;
import static orderflow.cli.prove.check.TestHistory.placedEvent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import orderflow.cli.prove.history.HistoryRecord;
import org.junit.jupiter.api.Test;

/** The checker finds each planted fault, and lists the order. */
class CheckerTest {
  private static final String A = TestHistory.id(0);
  private static final String B = TestHistory.id(1);
  private static final String C = TestHistory.id(2);
  private static final String D = TestHistory.id(3);
  private static final String X = TestHistory.id(7);
  private static final String NOT_JSON = "broken {";

  /** Three correct orders: two reserved, one failed for lack of stock. */
  private final TestHistory history =
      new TestHistory().stock(5, 1).placed(A, "reserved").placed(B, "reserved").placed(C, "failed");

  private Judgment judge() {
    return history.judge();
  }

  @Test
  void correctOrdersAddUp() {
    Judgment judgment = judge();

    assertEquals(Verdict.PASS, judgment.verdict(), judgment::toString);
    assertEquals(new Totals(3, 2, 1, 0, 2, List.of(), List.of()), judgment.totals());
    assertEquals(List.of(), judgment.remarks());
    assertEquals(List.of(), judgment.findings());
  }

  @Test
  void excusedNotificationIsListedAndTotalsAddUp() {
    history
        .remove(each -> isRow(each, "notifications", A))
        .add(new HistoryRecord.Loss(2_000, "unbound", 1_000, 1_500));

    Judgment judgment = judge();

    assertEquals(Verdict.PASS, judgment.verdict(), judgment::toString);
    assertEquals(
        "not promised: 1 orders were reserved without a notification, in the gap: " + A,
        judgment.remarks().getLast());
  }

  @Test
  void missingNotificationOutsideTheLossWindowIsLost() {
    history
        .remove(each -> isRow(each, "notifications", A))
        .add(new HistoryRecord.Loss(2_000, "unbound", 1_500, 1_900));

    assertLost(A);
  }

  @Test
  void duplicateReservationIsADoubleEffect() {
    history.reservation(B, "reserved").stock(7, 1);

    assertDoubled(B);
    assertEquals(3, judge().totals().reserved(), "rows are counted, not orders");
  }

  @Test
  void duplicateOrderRowIsADoubleEffect() {
    history.orderRow(C, "failed");

    assertDoubled(C);
  }

  @Test
  void duplicateNotificationIsADoubleEffect() {
    history.notification(A);

    assertDoubled(A);
    assertEquals(3, judge().totals().notified());
  }

  @Test
  void twoOutcomeEventsAreADoubleEffect() {
    history.add(TestHistory.with(TestHistory.outcomeEvent(A, "reserved"), "message_id", "other"));

    assertDoubled(A);
  }

  @Test
  void twoOrderEventsAreADoubleEffect() {
    history.add(TestHistory.with(placedEvent(A), "message_id", "other"));

    assertDoubled(A);
  }

  /** As after a crash between confirm and delete. */
  @Test
  void resentEventsAreNoDoubleEffect() {
    history.add(placedEvent(A)).add(TestHistory.outcomeEvent(A, "reserved"));

    assertEquals(Verdict.PASS, judge().verdict(), () -> judge().toString());
  }

  /** Otherwise a recorder without events would find no double effect. */
  @Test
  void decisionWithoutOutcomeEventIsAFinding() {
    history.remove(each -> isEvent(each, "inventory_events", B));

    assertFinding(Rule.EVENT_MISSING, B, "no outcome event was published");
  }

  @Test
  void decisionWithoutOrderEventIsAFinding() {
    history.remove(each -> isEvent(each, "order_events", B));

    assertFinding(Rule.EVENT_MISSING, B, "no order event was published");
  }

  private void assertDoubled(String id) {
    Judgment judgment = judge();

    assertEquals(List.of(id), judgment.totals().doubleEffects());
    assertEquals(List.of(), judgment.totals().lost());
    assertEquals(Verdict.FAIL, judgment.verdict());
    assertTrue(
        judgment.findings().stream()
            .anyMatch(each -> each.line().startsWith("double-effect: " + id)),
        judgment::toString);
  }

  @Test
  void acceptedOrderWithoutAnyRowIsLost() {
    history.accepted(D);

    assertLost(D);
    assertEquals(Station.ANSWERED, judge().findings().getFirst().station());
  }

  @Test
  void acceptedOrderWithoutDecisionIsLost() {
    history.accepted(D).orderRow(D, "accepted");

    assertLost(D);
    assertEquals(Station.STORED, judge().findings().getFirst().station());
  }

  @Test
  void storedOrderWithoutDecisionIsLostEvenIfTheResponseWasLost() {
    history.request(D, TestHistory.order(D), 0, "").orderRow(D, "accepted");

    assertLost(D);
  }

  @Test
  void reservationWithoutNotificationIsLost() {
    history.remove(each -> isRow(each, "notifications", B));

    assertLost(B);
    assertEquals(Station.OUTCOME, judge().findings().getFirst().station());
  }

  @Test
  void failedOrPendingNotificationIsLost() {
    history
        .remove(each -> isRow(each, "notifications", A) || isRow(each, "notifications", B))
        .notification(A, "given_up", 20)
        .notification(B, "given_up", 20);

    assertEquals(List.of(A, B), judge().totals().lost());
    assertEquals(0, judge().totals().notified());
    assertEquals(Verdict.FAIL, judge().verdict());
  }

  @Test
  void acceptedOrderMissingInTheOrderServiceIsLost() {
    history.remove(each -> isRow(each, "orders", A));

    assertLost(A);
  }

  private void assertLost(String id) {
    Judgment judgment = judge();

    assertEquals(List.of(id), judgment.totals().lost());
    assertEquals(List.of(), judgment.totals().doubleEffects());
    assertEquals(Verdict.FAIL, judgment.verdict());
    assertTrue(
        judgment.findings().stream().anyMatch(each -> each.line().startsWith("lost: " + id)),
        judgment::toString);
  }

  private void deadLetter(String queue, String id) {
    history.add(
        TestHistory.deadLetter(
            queue, Map.of("message_id", "OrderPlaced:" + id), NOT_JSON, "processing"));
  }

  @Test
  void deadLetteredOrderIsCountedAndListedAndNotLost() {
    history.accepted(D).orderRow(D, "accepted");
    deadLetter("order_placed_dlq", D);
    deadLetter("order_placed_dlq", D);
    Judgment judgment = judge();

    assertEquals(List.of(), judgment.totals().lost());
    assertEquals(2, judgment.totals().deadLettered());
    assertFinding(Rule.DEAD_LETTER_UNEXPECTED, D, "in order_placed_dlq, reason processing");
  }

  @Test
  void reservationWithDeadLetteredEventIsNotLost() {
    history.remove(each -> isRow(each, "notifications", B));
    deadLetter("inventory_reserved_dlq", B);
    Judgment judgment = judge();

    assertEquals(List.of(), judgment.totals().lost());
    assertEquals(1, judgment.totals().deadLettered());
    assertEquals(Verdict.FAIL, judgment.verdict());
  }

  @Test
  void orderThatWasNeverPlacedIsAFinding() {
    history.decided(X, "reserved").stock(7, 1);

    assertFinding(Rule.PHANTOM, X, "never placed");
  }

  @Test
  void refusedOrderWithAnEffectIsAFinding() {
    history.request(D, TestHistory.order(D), 400, "{}");
    assertEquals(Verdict.PASS, judge().verdict(), "refused and not on record is right");
    history.decided(D, "reserved").stock(7, 1);

    assertFinding(Rule.PHANTOM, D, "refused with 400");
  }

  @Test
  void deadLetterOfAnOrderThatWasNeverPlacedIsAFinding() {
    deadLetter("order_outcome_dlq", X);

    assertFinding(Rule.PHANTOM, X, "never placed");
  }

  @Test
  void decidedOrderWithADeadLetterIsAFinding() {
    deadLetter("order_placed_dlq", A);

    assertFinding(Rule.DEAD_LETTER_UNEXPECTED, A, "reserved, and dead-lettered too");
  }

  @Test
  void notificationOfAFailedOrderIsAFinding() {
    history.notification(C);

    assertFinding(Rule.STATUS, C, "notified, though it is failed");
  }

  @Test
  void notificationWithoutDecisionIsAFinding() {
    history.request(D, TestHistory.order(D), 503, "{}").notification(D);

    assertFinding(Rule.PHANTOM, D, "notified, though inventory has no decision");
  }

  @Test
  void differentStatusInTwoServicesIsAFinding() {
    history.remove(each -> isRow(each, "orders", C)).orderRow(C, "reserved");

    assertFinding(Rule.STATUS, C, "failed, though the order service says reserved");
  }

  @Test
  void stockThatDoesNotMatchTheReservationsIsAFinding() {
    history.addReserved(1).stock(5, 0);

    assertTrue(
        judge().findings().toString().contains("5 reserved, though the reservations sum up to 4"),
        () -> judge().toString());
    assertEquals(Verdict.FAIL, judge().verdict());
  }

  @Test
  void unreadableMessagesProveNothing() {
    history.add(new HistoryRecord.Unreadable(1, "only 1 of 2 messages could be seen"));

    assertEquals(Verdict.INCONCLUSIVE, judge().verdict());
    assertEquals(List.of("not recorded: only 1 of 2 messages could be seen"), judge().missing());
  }

  @Test
  void idWithoutAnOrderNumberIsAFinding() {
    String strange = TestHistory.PREFIX + "and-more";
    history.orderRow(strange, "accepted").notification(strange);

    assertFinding(Rule.PHANTOM, strange, "never placed");
  }

  private void assertFinding(Rule rule, String order, String text) {
    Judgment judgment = judge();

    assertTrue(
        judgment.findings().stream()
            .anyMatch(each ->
                each.rule() == rule && order.equals(each.order()) && each.text().contains(text)),
        judgment::toString);
    assertEquals(Verdict.FAIL, judgment.verdict());
    assertEquals(List.of(), judgment.totals().lost());
    assertEquals(List.of(), judgment.totals().doubleEffects());
  }

  /** A client without a response cannot know; both are correct if the services agree. */
  @Test
  void orderInDoubtMayHaveAnEffectOrNot() {
    history
        .request(D, TestHistory.order(D), 0, "")
        .request(X, TestHistory.order(X), 503, "{}")
        .decided(X, "reserved")
        .stock(7, 1);
    Judgment judgment = judge();

    assertEquals(Verdict.PASS, judgment.verdict(), judgment::toString);
    assertEquals(new Totals(3, 2, 1, 0, 2, List.of(), List.of()), judgment.totals());
    assertEquals(
        List.of("in doubt: 2 orders without a positive response, 1 of them decided"),
        judgment.remarks());
  }

  @Test
  void retriedNotificationIsMentioned() {
    history.remove(each -> isRow(each, "notifications", A)).notification(A, "sent", 3);
    Judgment judgment = judge();

    assertEquals(Verdict.PASS, judgment.verdict());
    assertTrue(
        judgment.remarks().getFirst().startsWith("retried: 1 "), judgment.remarks().toString());
  }

  /** Each problem is still listed. */
  @Test
  void manyOrdersAreChecked() {
    int many = 100_000;
    var large = new TestHistory();
    for (int n = 0; n < many; n++) {
      String id = TestHistory.id(n);
      large.accepted(id).orderRow(id, "reserved").reservation(id, "reserved");
      large.add(placedEvent(id)).add(TestHistory.outcomeEvent(id, "reserved"));
      if (n % 2 == 0) {
        large.notification(id);
      }
    }
    Judgment judgment = large.judge();

    assertEquals(many, judgment.totals().accepted());
    assertEquals(many / 2, judgment.totals().notified());
    assertEquals(many / 2, judgment.totals().lost().size());
    assertEquals(TestHistory.id(many - 1), judgment.totals().lost().getLast());
    assertEquals(1_001, judgment.findings().size(), "some by name, and how many more");
    assertEquals("lost: and 49,000 more", judgment.findings().getLast().line());
  }
}
