package orderflow.cli.prove.check;

import static orderflow.cli.prove.check.TestHistory.changed;
import static orderflow.cli.prove.check.TestHistory.isEvent;
import static orderflow.cli.prove.check.TestHistory.isRow;
import static orderflow.cli.prove.check.TestHistory.order;
import static orderflow.cli.prove.check.TestHistory.outcome;
import static orderflow.cli.prove.check.TestHistory.outcomeEvent;
import static orderflow.cli.prove.check.TestHistory.placedEvent;
import static orderflow.cli.prove.check.TestHistory.with;
import static orderflow.cli.prove.check.TestHistory.withBody;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Header;
import orderflow.cli.prove.history.HistoryRecord.Visible;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule about orders, messages, stock and notifications is seen to fail. */
class RulesTest {
  private static final String A = TestHistory.id(0);

  private final TestHistory history = new TestHistory().placed(A, "reserved");

  private void assertFails(Rule rule, String text) {
    Judgment judgment = history.judge();

    assertEquals(Verdict.FAIL, judgment.verdict(), judgment::toString);
    assertTrue(
        judgment.findings().stream()
            .anyMatch(each -> each.rule() == rule && each.line().contains(text)),
        judgment::toString);
  }

  private void assertPasses() {
    Judgment judgment = history.judge();

    assertEquals(Verdict.PASS, judgment.verdict(), judgment::toString);
  }

  /** The station that shows another value than the request. */
  @ParameterizedTest
  @CsvSource({
    "orders,user_id,order service has user_id other instead of U1",
    "orders,item_id,order service has item_id other instead of item",
    "reservations,user_id,reservation has user_id other instead of U1",
    "reservations,item_id,reservation has item_id other instead of item",
    "notifications,user_id,notification has user_id other instead of U1",
  })
  void rowWithOtherContentIsFound(String table, String field, String text) {
    history.replace(
        HistoryRecord.Row.class,
        row -> row.table().equals(table) ? changed(row, field, "other") : row);

    assertFails(Rule.CONTENT, A + ": its " + text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "order_events|\"qty\":2|\"qty\":3|order event has qty 3 instead of 2",
        "order_events|\"qty\"|\"quantity\"|order event has no qty",
        "order_events|U1|u1|order event has user_id u1 instead of U1",
        "inventory_events|U1|U2|outcome event has user_id U2 instead of U1",
        "inventory_events|\"qty\"|\"quantity\"|outcome event has no qty",
        "inventory_events|\"item_id\"|\"item\"|outcome event has no item_id",
      })
  void eventWithOtherContentIsFound(String exchange, String from, String to, String text) {
    history.replace(
        HistoryRecord.Message.class,
        message ->
            message.exchange().equals(exchange)
                ? withBody(
                    message, new String(message.body(), StandardCharsets.UTF_8).replace(from, to))
                : message);

    assertFails(Rule.CONTENT, A + ": its " + text);
  }

  @Test
  void eventThatIsNoJsonIsFound() {
    history.replace(HistoryRecord.Message.class, message -> withBody(message, "{order_id:" + A));

    assertFails(Rule.CONTENT, "is not the contract's JSON");
  }

  /** Another publisher may send only the first three fields of an outcome. */
  @Test
  void shortOutcomeIsRightWhereNoPropertiesArePromised() {
    history
        .sees(new Visible(Visible.ALL.tables(), false, true, false))
        .remove(each -> isEvent(each, "inventory_events", A))
        .add(
            withBody(
                outcomeEvent(A, "reserved"),
                "{\"order_id\":\"%s\",\"status\":\"reserved\",\"user_id\":\"U1\"}".formatted(A)));

    assertPasses();
  }

  @ParameterizedTest
  @CsvSource({
    "content_type,text/plain,content_type text/plain instead of application/json",
    "delivery_mode,1,delivery_mode 1 instead of 2",
    "correlation_id,other,correlation_id other instead of run-00000000",
    "type,Other,type Other instead of OrderPlaced",
    "message_id,7d9,which is not derived from the order id",
  })
  void wrongPropertyIsFound(String property, String value, String text) {
    history
        .remove(each -> isEvent(each, "order_events", A))
        .add(with(placedEvent(A), property, value));

    assertFails(Rule.PROPERTIES, text);
  }

  @Test
  void headerOfAnEventIsFound() {
    HistoryRecord.Message event = placedEvent(A);
    history
        .remove(each -> isEvent(each, "order_events", A))
        .add(
            new HistoryRecord.Message(
                event.t(),
                event.exchange(),
                event.routingKey(),
                event.properties(),
                List.of(new Header("traceparent", "text", "00-1"), new Header("x", "text", "y")),
                event.body()));

    assertFails(Rule.PROPERTIES, "its OrderPlaced has the header x");
  }

  @Test
  void wrongRoutingKeyIsFound() {
    HistoryRecord.Message event = outcomeEvent(A, "reserved");
    history
        .remove(each -> isEvent(each, "inventory_events", A))
        .add(
            new HistoryRecord.Message(
                event.t(),
                event.exchange(),
                "inventory.failed",
                event.properties(),
                event.headers(),
                event.body()));

    assertFails(Rule.PROPERTIES, "the routing key inventory.failed instead of inventory.reserved");
  }

  @Test
  void restampedCopyIsFound() {
    history.add(with(placedEvent(A), "timestamp", "2026-12-01T10:00:02Z"));

    assertFails(Rule.RESTAMPED, "copies of its OrderPlaced differ in timestamp");
  }

  @Test
  void twoDifferentOutcomesAreFound() {
    history.add(outcomeEvent(A, "failed"));

    assertFails(Rule.OUTCOME_CONFLICT, "the outcome reserved and the outcome failed");
  }

  @Test
  void outcomeThatDiffersFromTheDecisionIsFound() {
    history.remove(each -> isEvent(each, "inventory_events", A)).add(outcomeEvent(A, "failed"));

    assertFails(Rule.STATUS, "reserved, though its outcome event says failed");
  }

  @Test
  void failedOutcomeWithoutReasonIsFound() {
    history.add(
        withBody(
            outcomeEvent(A, "failed"),
            outcome(A, "failed").replace(",\"reason\":\"no stock\"", "")));

    assertFails(Rule.REASON, "no reason");
  }

  @Test
  void wrongAnswerIsFound() {
    history.request(A, order(A), 202, "{\"status\":\"accepted\",\"order_id\":\"other\"}");

    assertFails(Rule.ANSWER, "was answered with 202 and {\"status\":\"accepted\"");
  }

  @Test
  void repeatedRequestGetsTheSameAnswer() {
    history.accepted(A);

    assertPasses();
    history.request(A, order(A), 409, "{}");
    assertFails(Rule.RETRY, "the same payload was answered with 409 instead of 202");
  }

  @Test
  void otherPayloadGets409() {
    String other = order(A).replace("U1", "U2");
    history.request(A, other, 409, "{}");

    assertPasses();
    history.request(A, other, 202, "{\"status\":\"accepted\",\"order_id\":\"" + A + "\"}");
    assertFails(Rule.RETRY, "another payload was answered with 202 instead of 409");
    assertEquals(List.of(A), history.judge().totals().doubleEffects());
  }

  @ParameterizedTest
  @CsvSource({"orders,accepted_at", "reservations,decided_at", "notifications,recorded_at"})
  void timeInARowOutsideTheRunIsFound(String table, String field) {
    history.replace(
        HistoryRecord.Row.class,
        row -> row.table().equals(table) ? changed(row, field, "2026-12-01T09:00:01Z") : row);

    assertFails(Rule.TIME, field + " in its row in " + table + " is 2026-12-01T09:00:01Z");
  }

  @Test
  void timestampAfterTheRunIsFound() {
    history
        .remove(each -> isEvent(each, "order_events", A))
        .add(with(placedEvent(A), "timestamp", "2026-12-01T11:00:00Z"));

    assertFails(Rule.TIME, "the timestamp of its OrderPlaced");
  }

  @Test
  void timesAreNotJudgedWhereTheClockIsWrong() {
    history
        .add(new HistoryRecord.Fault(1, "start", "clock", "order", false, false, true))
        .add(new HistoryRecord.Fault(2, "end", "clock", "order", false, false, true))
        .replace(
            HistoryRecord.Row.class,
            row ->
                row.table().equals("orders")
                    ? changed(row, "accepted_at", "1970-01-01T00:00:00Z")
                    : row);

    assertPasses();
  }

  @Test
  void failedOrderOfUnlimitedStockIsFound() {
    history.placed(TestHistory.id(1), "failed");

    assertFails(Rule.STOCK, "item is unlimited, and 1 orders failed all the same");
  }

  @Test
  void stockThatIsNotReducedIsFound() {
    history.placed(TestHistory.id(1), "failed").stock(3, 3);

    assertFails(Rule.STOCK, "stock: had 3, has 3, reserved 2");
  }

  @Test
  void orderThatFailsWithEnoughStockIsFound() {
    history.placed(TestHistory.id(1), "failed").stock(4, 2);
    history.accepted(TestHistory.id(2)).decided(TestHistory.id(2), "failed");

    assertFails(Rule.STOCK, "failed with the quantity 2, though 2 are left");
  }

  private void receipt(String receiver, String messageId) {
    history.add(new HistoryRecord.Receipt(1_500, receiver, A, messageId, "hello"));
  }

  @Test
  void secondReceiptIsFound() {
    receipt("webhook", "m1");
    assertPasses();
    receipt("webhook", "m1");

    assertFails(Rule.NOTIFIED_AGAIN, "was notified 2 times");
  }

  @Test
  void receiptMayBeRepeatedAfterACrash() {
    receipt("webhook", "m1");
    receipt("webhook", "m1");
    history.fault("notification killed", "notification", 1_000, 2_000, false);

    assertPasses();
  }

  @Test
  void secondReceiptWithAnotherMessageIdIsFound() {
    receipt("webhook", "m1");
    receipt("webhook", "m2");
    history.fault("notification killed", "notification", 1_000, 2_000, false);

    assertFails(Rule.NOTIFIED_AGAIN, "with another message id");
  }

  @Test
  void sentNotificationThatNobodyReceivedIsFound() {
    history
        .placed(TestHistory.id(1), "reserved")
        .add(new HistoryRecord.Receipt(1_500, "webhook", TestHistory.id(1), "m", "hello"));

    assertFails(Rule.LOST, A + ": its notification is marked sent, and nobody received it");
  }

  /** Where publishers promise no message id, a second event shows a second decision. */
  @Test
  void secondEventWithoutMessageIdIsADoubleEffectUnlessAFaultExplainsIt() {
    history.sees(new Visible(List.of(), false, false, false));
    history.replace(HistoryRecord.Message.class, RulesTest::anonymous);
    history.add(anonymous(outcomeEvent(A, "reserved")));
    history.remove(HistoryRecord.Row.class::isInstance);
    assertFails(Rule.DOUBLE_EFFECT, A + ": 2 different outcome events");

    history.records.addFirst(
        new HistoryRecord.Fault(1, "start", "inventory killed", "inventory", false, false, false));
    history.add(
        new HistoryRecord.Fault(2, "end", "inventory killed", "inventory", false, false, false));
    assertPasses();
  }

  private static HistoryRecord.Message anonymous(HistoryRecord.Message message) {
    return new HistoryRecord.Message(
        message.t(), message.exchange(), message.routingKey(), Map.of(), List.of(), message.body());
  }

  @Test
  void secondLineAboutADecisionIsADoubleEffect() {
    String line = "Processed order_id=" + A + " -> reserved";
    history.add(new HistoryRecord.LogLine(1_500, "inventory", A, line));
    assertPasses();
    history.add(new HistoryRecord.LogLine(1_600, "inventory", A, line));

    assertFails(Rule.DOUBLE_EFFECT, A + ": 2 decisions in inventory's log");
  }

  private void logLine() {
    history.add(
        new HistoryRecord.LogLine(
            1_500, "notification", A, "Send confirmation for order_id=" + A + " user_id=U1"));
  }

  @Test
  void secondLogLineIsFound() {
    logLine();
    assertPasses();
    logLine();

    assertFails(Rule.NOTIFIED_AGAIN, "was notified 2 times");
  }

  /** Without a list of notifications, its log shows whom it told. */
  @Test
  void logOfNotificationIsJudgedWhereItListsNothing() {
    history
        .sees(
            new Visible(
                List.of("orders", "reservations", "stock", "notification_log"), true, true, true))
        .remove(each -> isRow(each, "notifications", A));
    assertFails(Rule.LOST, A + ": no notification");
    logLine();
    assertPasses();
  }

  @Test
  void ownCheckOfAFaultIsFound() {
    history.add(new HistoryRecord.Check(1, "fault", "wrong", "it did not bind again"));

    assertFails(Rule.CHECK, "it did not bind again");
  }

  /** By the broker's traffic alone, without any list of a service. */
  @Test
  void flowWithoutListsIsJudgedByItsOutcomes() {
    history
        .sees(new Visible(List.of(), false, false, false))
        .remove(HistoryRecord.Row.class::isInstance);
    assertPasses();
    assertTrue(
        history.judge().remarks().contains("not judged: stock: inventory does not show it"),
        () -> history.judge().toString());

    history.remove(each -> isEvent(each, "inventory_events", A));
    assertFails(Rule.LOST, A + ": no decision");
  }

  @Test
  void lastStationAndFaultAreNamed() {
    history.fault("inventory killed", "inventory", 900, 1_500, false);
    history.accepted(TestHistory.id(1)).orderRow(TestHistory.id(1), "accepted");
    Finding finding = history.judge().findings().getFirst();

    assertEquals(
        new Finding(
            Rule.LOST, TestHistory.id(1), Station.STORED, "inventory killed", "no decision"),
        finding);
    assertTrue(isRow(history.all().get(2), "orders", A));
  }
}
