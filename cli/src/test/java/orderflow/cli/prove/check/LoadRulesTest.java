package orderflow.cli.prove.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Expectations;
import org.junit.jupiter.api.Test;

/** Rules about a whole scenario: availability, times, recovery, effects, resources, the end. */
class LoadRulesTest {
  private static final int ORDERS = 200;

  private final TestHistory history = new TestHistory();

  /** Orders at the scenario's rate of 100 a second, all right. */
  private void load(long responseTime, long decisionTime) {
    for (int n = 0; n < ORDERS; n++) {
      order(n, responseTime, 202);
      String id = TestHistory.id(n);
      history.orderRow(id, "reserved").reservation(id, "reserved").notification(id);
      long t = n * 10L + responseTime + decisionTime;
      history.add(at(TestHistory.placedEvent(id), t)).add(at(outcome(id), t));
    }
    history.add(new HistoryRecord.Load(ORDERS * 10L, 0, ORDERS, 0));
  }

  private static HistoryRecord.Message outcome(String id) {
    return TestHistory.outcomeEvent(id, "reserved");
  }

  private static HistoryRecord.Message at(HistoryRecord.Message message, long t) {
    return new HistoryRecord.Message(
        t,
        message.exchange(),
        message.routingKey(),
        message.properties(),
        message.headers(),
        message.body());
  }

  private void order(int number, long responseTime, int status) {
    long due = number * 10L;
    String id = TestHistory.id(number);
    history.add(
        new HistoryRecord.Request(
            due + responseTime,
            "order",
            "POST",
            "/order",
            TestHistory.order(id),
            due,
            due,
            status,
            status == 0
                ? null
                : status == 202
                    ? "{\"status\":\"accepted\",\"order_id\":\"" + id + "\"}"
                    : "{\"error\":\"overloaded\"}",
            status == 0 ? "request timed out" : null));
  }

  private void assertFails(Rule rule, String text) {
    Judgment judgment = history.judge();

    assertEquals(Verdict.FAIL, judgment.verdict(), judgment::toString);
    assertTrue(
        judgment.findings().stream()
            .anyMatch(each -> each.rule() == rule && each.line().contains(text)),
        judgment::toString);
  }

  private void assertInconclusive(String text) {
    Judgment judgment = history.judge();

    assertEquals(Verdict.INCONCLUSIVE, judgment.verdict(), judgment::toString);
    assertTrue(judgment.missing().toString().contains(text), judgment::toString);
  }

  private void assertPasses() {
    assertEquals(Verdict.PASS, history.judge().verdict(), () -> history.judge().toString());
  }

  private static HistoryRecord.End end(
      String state, long waiting, Map<String, String> unready, double slowdown) {
    return new HistoryRecord.End(60_000, state, waiting, unready, Map.of(), slowdown);
  }

  @Test
  void steadyLoadPasses() {
    load(5, 20);

    assertPasses();
    assertEquals(ORDERS, history.judge().sent());
  }

  private void nineOfTenRefused(int status) {
    for (int n = 0; n < ORDERS; n++) {
      if (n % 10 == 0) {
        order(n, 5, 202);
        history.decided(TestHistory.id(n), "reserved");
      } else {
        order(n, 5, status);
      }
    }
    history.add(new HistoryRecord.Load(ORDERS * 10L, 0, ORDERS, 0));
  }

  @Test
  void serviceThatRefusesNineOfTenOrdersFails() {
    nineOfTenRefused(503);

    assertFails(
        Rule.AVAILABILITY,
        "20 of 200 orders were accepted while no fault stopped intake, fewer than 90 %; the first"
            + " that was not: HTTP 503 {\"error\":\"overloaded\"}");
  }

  @Test
  void refusalsDuringAFaultThatStopsIntakeAreNoReasonToFail() {
    nineOfTenRefused(503);
    history.fault("order killed", "order", 0, ORDERS * 10L, true);

    assertPasses();
  }

  @Test
  void refusalsDuringAnotherFaultAreAReason() {
    nineOfTenRefused(503);
    history.fault("broker killed", null, 0, ORDERS * 10L, false);

    assertFails(Rule.AVAILABILITY, "20 of 200");
  }

  @Test
  void ordersWithoutAnyResponseInTimeProveNothing() {
    nineOfTenRefused(0);

    assertInconclusive("only 20 of 200 orders that were due were accepted");
  }

  @Test
  void ordersThatCouldNotBeSentProveNothing() {
    load(5, 20);
    history.add(new HistoryRecord.Load(ORDERS * 100L, 0, ORDERS, 1_800));

    assertInconclusive("only 200 of 2,000 orders that were due were accepted (200 sent)");
  }

  @Test
  void pauseBeforeEachResponseIsFound() {
    load(300, 20);

    assertFails(
        Rule.RESPONSE_TIME,
        "orders were answered in p10 300 ms (at most 100), p99 300 ms (at most 2000)");
  }

  @Test
  void slowestResponsesAreFound() {
    load(5, 20);
    history.expect(new Expectations(0.9, 4, 45_000, 0));

    assertFails(Rule.RESPONSE_TIME, "p99 5 ms (at most 4)");
  }

  @Test
  void busyMachineGetsMoreTime() {
    load(300, 20);
    history.end(end("quiescent", 0, Map.of(), 4));

    assertPasses();
  }

  @Test
  void pauseBeforeEachDecisionIsFound() {
    load(5, 500);

    assertFails(Rule.DECISION_TIME, "waited up to 500 ms for their outcome (at most 200 ms)");
  }

  private void sample(long t, long waiting) {
    history.add(
        new HistoryRecord.Sample(
            t,
            ORDERS,
            ORDERS,
            Map.of("order_placed", waiting, "inventory_reserved", 0L, "order_outcome", 0L),
            1,
            List.of(1.0, 1.0, 1.0)));
  }

  @Test
  void slowRecoveryIsFound() {
    load(5, 20);
    history.fault("inventory stopped", "inventory", 500, 1_000, false);
    sample(1_500, 5_000);
    sample(50_000, 5_000);
    sample(51_000, 0);

    assertFails(Rule.RECOVERY, "messages waited for 50.0 s after the last fault (at most 45 s)");
  }

  @Test
  void serviceThatIsNeverReadyAgainFails() {
    load(5, 20);
    history
        .accepted(TestHistory.id(ORDERS))
        .fault("inventory stopped", "inventory", 500, 1_000, false)
        .end(end("standstill", 1, Map.of("inventory", "is not ready: {store=locked}"), 1));
    sample(59_000, 0);

    assertFails(
        Rule.RECOVERY,
        "the inventory service is not ready: {store=locked}, 59 s after the last fault");
  }

  @Test
  void lateOrderIsNotLost() {
    load(5, 20);
    history
        .accepted(TestHistory.id(ORDERS))
        .end(end("standstill", 1, Map.of("inventory", "does not answer"), 1));

    assertInconclusive("not all orders are final, and the inventory service does not answer");
    assertTrue(
        history.judge().remarks().toString().contains("late, or lost: "),
        () -> history.judge().toString());
  }

  @Test
  void lateOrderWithTwoEffectsFails() {
    load(5, 20);
    history.orderRow(TestHistory.id(0), "reserved").end(end("timed_out", 1, Map.of(), 1));

    assertFails(Rule.DOUBLE_EFFECT, TestHistory.id(0));
  }

  @Test
  void messageThatStillWaitsIsFound() {
    load(5, 20);
    history.end(end("standstill", 3, Map.of(), 1));

    assertFails(Rule.QUEUES, "3 messages still wait in the services' queues");
  }

  @Test
  void effectThatWasNotFeltProvesNothing() {
    load(5, 20);
    history.add(new HistoryRecord.Effect(1, "inventory killed", false, "it answered throughout"));

    assertInconclusive("it answered throughout");
  }

  @Test
  void faultThatMustRefuseOrdersAndDoesNotProvesNothing() {
    load(5, 20);
    history
        .add(new HistoryRecord.Fault(100, "start", "disk full", "order", true, true, false))
        .add(new HistoryRecord.Fault(200, "end", "disk full", "order", true, true, false));

    assertInconclusive("disk full: no order was refused");
  }

  @Test
  void smallBacklogProvesNothing() {
    load(5, 20);
    sample(100, 7);
    history.expect(new Expectations(0.9, 2_000, 45_000, 400));

    assertInconclusive("the backlog grew to 7 messages, not to 400");
  }

  @Test
  void enoughStockForAllProvesNothing() {
    load(5, 20);
    history.stock(1_000, 600);

    assertInconclusive("only 400 pieces were ordered, with 1,000 in stock");
  }

  @Test
  void incompleteHistoryProvesNothing() {
    load(5, 20);
    history.add(new HistoryRecord.Dropped(1, 12));

    assertInconclusive("12 records did not fit into the history");
  }

  @Test
  void historyWithoutItsEndProvesNothing() {
    load(5, 20);
    history.withoutEnd();

    assertInconclusive("the scenario was not observed to its end");
  }

  @Test
  void emptyHistoryProvesNothing() {
    assertEquals(Verdict.INCONCLUSIVE, Checker.judge(List.of()).verdict());
  }

  private void resources(String name, double first, double perMinute) {
    for (int n = 0; n <= 40; n++) {
      history.add(
          new HistoryRecord.Resources(
              n * 6_000L, "inventory", Map.of(name, first + perMinute * n / 10)));
    }
  }

  @Test
  void growingHeapIsFound() {
    load(5, 20);
    resources("heap_bytes", 40e6, 20e6);

    assertFails(Rule.RESOURCES, "the heap of the inventory service grew from ");
  }

  @Test
  void growingWriteAheadLogIsFound() {
    load(5, 20);
    resources("wal_bytes", 4e6, 40e6);

    assertFails(Rule.RESOURCES, "the data folder (write-ahead log) of the inventory service grew");
  }

  @Test
  void steadyResourcesPass() {
    load(5, 20);
    resources("heap_bytes", 40e6, 1e6);

    assertPasses();
  }

  @Test
  void unboundedPrefetchIsFound() {
    load(5, 20);
    history.add(new HistoryRecord.Resources(10, "inventory", Map.of("unacknowledged", 40_000.0)));

    assertFails(Rule.RESOURCES, "40,000 unacknowledged messages (at most 2,000)");
  }

  @Test
  void timesOnASaturatedMachineAreNotJudged() {
    load(1_000, 5_000);
    history.end(end("quiescent", 0, Map.of(), 6));

    assertPasses();
    assertTrue(
        history.judge().remarks().getFirst().startsWith("not judged: response times (p10 1000 ms)"),
        () -> history.judge().toString());
  }

  private void sample(long t, long accepted, long decided, long ready) {
    history.add(
        new HistoryRecord.Sample(
            t,
            accepted,
            decided,
            Map.of("order_placed", ready, "inventory_reserved", 0L, "order_outcome", 0L),
            1,
            List.of(1.0, 1.0, 1.0)));
  }

  @Test
  void messagesThatNoQueueHasAreUnacknowledged() {
    load(5, 20);
    history.fault("inventory paused", "inventory", 1_000, 30_000, false);
    sample(20_000, 3_000, 100, 400);
    sample(31_000, 3_000, 3_000, 0);

    assertFails(Rule.RESOURCES, "2,500 messages were unacknowledged during 'inventory paused'");
  }

  /** They may be in the outbox of the order service. */
  @Test
  void messagesThatNoQueueHasDuringSeveralFaultsAreNotJudged() {
    load(5, 20);
    history.fault("inventory paused", "inventory", 1_000, 30_000, false);
    history.fault("order killed", "order", 15_000, 22_000, true);
    sample(20_000, 3_000, 100, 400);

    assertTrue(
        history.judge().findings().stream().noneMatch(each -> each.rule() == Rule.RESOURCES),
        () -> history.judge().toString());
  }

  @Test
  void serviceThatSaysItIsReadyWithoutItsBrokerFails() {
    load(5, 20);
    history.fault("broker killed", null, 1_000, 5_000, false);
    for (int second = 1; second < 6; second++) {
      sample(second * 1_000L, second * 100L, 100, 0);
    }
    history.add(new HistoryRecord.Effect(6_000, "broker killed", false, "stayed ready"));

    assertFails(Rule.READINESS, "stayed ready, though no order was decided meanwhile");
  }

  @Test
  void fullOutboxIsMentioned() {
    load(5, 20);
    history
        .accepted(TestHistory.id(ORDERS))
        .end(new HistoryRecord.End(60_000, "standstill", 0, Map.of(), Map.of("order", 1.0), 1));

    assertFails(Rule.LOST, TestHistory.id(ORDERS));
    assertTrue(
        history
            .judge()
            .remarks()
            .contains("1 messages still wait in the outbox of the order service"),
        () -> history.judge().toString());
  }
}
