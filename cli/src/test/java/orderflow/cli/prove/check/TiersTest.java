package orderflow.cli.prove.check;

import static orderflow.cli.prove.check.TestHistory.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Visible;
import org.junit.jupiter.api.Test;

/** Flows that list nothing: judged by broker traffic, and by log lines where they are read. */
class TiersTest {
  private static final Visible TRAFFIC = new Visible(List.of(), false, false, false);
  private static final Visible LOGS = new Visible(List.of("notification_log"), false, false, true);

  private final TestHistory history = new TestHistory().placed(id(0), "reserved");

  private void log(String service, String orderId) {
    history.add(new HistoryRecord.LogLine(1_500, service, orderId, "a line about " + orderId));
  }

  private Judgment judge(Visible visible) {
    return history.sees(visible).remove(HistoryRecord.Row.class::isInstance).judge();
  }

  private void assertFound(Visible visible, Rule rule, String text) {
    Judgment judgment = judge(visible);
    assertEquals(Verdict.FAIL, judgment.verdict(), judgment::toString);
    assertTrue(
        judgment.findings().stream()
            .anyMatch(finding ->
                finding.rule() == rule
                    && id(0).equals(finding.order())
                    && finding.text().contains(text)),
        judgment::toString);
  }

  private void assertPasses(Visible visible) {
    Judgment judgment = judge(visible);
    assertEquals(Verdict.PASS, judgment.verdict(), judgment::toString);
  }

  @Test
  void trafficAloneShowsNoSecondDecisionWithEqualEvents() {
    assertPasses(TRAFFIC);
    List<String> remarks = judge(TRAFFIC).remarks();
    assertTrue(
        remarks.contains(
            "not judged: second decisions whose events are equal: no reservations are listed, no"
                + " log read"),
        remarks::toString);
    assertTrue(
        remarks.contains("not judged: notifications: none are listed, and no log is read"),
        remarks::toString);
  }

  @Test
  void secondDecisionInTheLogIsFound() {
    log("inventory", id(0));
    log("notification", id(0));
    assertPasses(LOGS);

    log("inventory", id(0));
    assertFound(LOGS, Rule.DOUBLE_EFFECT, "2 decisions in inventory's log");
  }

  @Test
  void reservationWithoutConfirmationInTheLogIsFound() {
    log("inventory", id(0));
    assertFound(LOGS, Rule.LOST, "no notification");
  }

  @Test
  void secondConfirmationInTheLogIsFound() {
    log("notification", id(0));
    log("notification", id(0));
    assertFound(LOGS, Rule.NOTIFIED_AGAIN, "was notified 2 times");
  }

  @Test
  void crashOfNotificationMayRepeatAFewConfirmations() {
    log("notification", id(0));
    log("notification", id(0));
    history.fault("notification killed", "notification", 1_000, 2_000, false);
    assertPasses(LOGS);
  }

  /** Clients in other languages often republish the body only. */
  @Test
  void deadLetterNeedsOnlyItsBytesWhereNoPropertiesArePromised() {
    byte[] body = "no order".getBytes(StandardCharsets.UTF_8);
    var poison =
        new HistoryRecord.Published(
            1_000,
            "order_events",
            "order.placed",
            "order_placed",
            Map.of("message_id", "poison-1"),
            List.of(new HistoryRecord.Header("of", "text", "verify")),
            body,
            true,
            "dead_letter",
            "malformed",
            false);
    history.add(poison);
    history.add(
        new HistoryRecord.DeadLetter(60_000, "order_placed_dlq", Map.of(), List.of(), body));

    assertPasses(TRAFFIC);
    assertEquals(Verdict.FAIL, history.sees(Visible.ALL).judge().verdict());
  }
}
