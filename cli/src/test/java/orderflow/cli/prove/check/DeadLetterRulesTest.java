package orderflow.cli.prove.check;

import static orderflow.cli.prove.check.TestHistory.order;
import static orderflow.cli.prove.check.TestHistory.placedEvent;
import static orderflow.cli.prove.check.TestHistory.with;
import static orderflow.cli.prove.check.TestHistory.withBody;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule about dead letters is seen to fail. */
class DeadLetterRulesTest {
  private static final String A = TestHistory.id(0);
  private static final String POISON_ID = "run-poison-1";
  private static final Map<String, String> POISON_PROPERTIES =
      Map.of("message_id", POISON_ID, "delivery_mode", "2");
  private static final List<Header> POISON_HEADERS =
      List.of(new Header("orderflow-poison", "text", "p"));

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

  private void poison() {
    history.add(
        new HistoryRecord.Published(
            2_000,
            "order_events",
            "order.placed",
            "order_placed",
            POISON_PROPERTIES,
            POISON_HEADERS,
            "no json".getBytes(StandardCharsets.UTF_8),
            true,
            "dead_letter",
            "malformed",
            false));
  }

  private static HistoryRecord.DeadLetter letter(String body, String reason) {
    return TestHistory.deadLetter("order_placed_dlq", POISON_PROPERTIES, body, reason);
  }

  private static HistoryRecord.DeadLetter withoutHeader(
      HistoryRecord.DeadLetter letter, String name) {
    List<Header> headers = new ArrayList<>(letter.headers());
    headers.removeIf(header -> header.name().equals(name));
    return new HistoryRecord.DeadLetter(
        letter.t(), letter.queue(), letter.properties(), headers, letter.body());
  }

  @Test
  void poisonWithItsDeadLetterPasses() {
    poison();
    history.add(letter("no json", "malformed"));

    assertPasses();
    assertEquals(
        List.of("poison: 1 of 1 messages dead-lettered once, every byte kept"),
        history.judge().remarks());
  }

  @Test
  void missingDeadLetterIsFound() {
    poison();

    assertFails(Rule.DEAD_LETTER_MISSING, "poison run-poison-1 has no dead letter");
  }

  @Test
  void secondDeadLetterIsFound() {
    poison();
    history.add(letter("no json", "malformed")).add(letter("no json", "malformed"));

    assertFails(Rule.DEAD_LETTER_MISSING, "has 2 dead letters");
  }

  @Test
  void deadLetterWithOtherBytesIsFound() {
    poison();
    history.add(letter("no  json", "malformed"));

    assertFails(Rule.DEAD_LETTER_CHANGED, "8 bytes instead of 7");
  }

  @Test
  void deadLetterWithoutItsMessagesHeaderIsFound() {
    poison();
    history.add(withoutHeader(letter("no json", "malformed"), "orderflow-poison"));

    assertFails(Rule.DEAD_LETTER_CHANGED, "not the header orderflow-poison");
  }

  @Test
  void deadLetterWithoutItsPropertiesIsFound() {
    poison();
    history.add(TestHistory.deadLetter("order_placed_dlq", Map.of(), "no json", "malformed"));

    assertFails(Rule.DEAD_LETTER_CHANGED, "the property message_id null instead of");
  }

  @ParameterizedTest
  @CsvSource({
    "x-orderflow-reason",
    "x-orderflow-detail",
    "x-orderflow-exchange",
    "x-orderflow-routing-key",
    "x-orderflow-at",
    "x-orderflow-id",
  })
  void deadLetterWithoutAHeaderOfTheContractIsFound(String name) {
    poison();
    history.add(withoutHeader(letter("no json", "malformed"), name));

    assertFails(Rule.DEAD_LETTER_HEADERS, "has no header " + name);
  }

  @Test
  void wrongReasonIsFound() {
    poison();
    history.add(letter("no json", "invalid"));

    assertFails(Rule.DEAD_LETTER_HEADERS, "has the reason invalid instead of malformed");
  }

  @Test
  void deadLetterOfAValidOrderIsFound() {
    history.add(
        TestHistory.deadLetter(
            "order_placed_dlq", Map.of("message_id", "OrderPlaced:" + A), order(A), "malformed"));

    assertFails(Rule.DEAD_LETTER_UNEXPECTED, A);
  }

  /** Verify's own message about an order is no second event of it. */
  @Test
  void conflictingMessageOfVerifyIsOnlyADeadLetter() {
    String other = order(A).replace("U1", "U9");
    Map<String, String> properties = Map.of("message_id", "conflict-1", "delivery_mode", "2");
    history
        .add(
            new HistoryRecord.Published(
                2_000,
                "order_events",
                "order.placed",
                "order_placed",
                properties,
                List.of(),
                other.getBytes(StandardCharsets.UTF_8),
                true,
                "dead_letter",
                "conflict",
                false))
        .add(withBody(with(placedEvent(A), "message_id", "conflict-1"), other))
        .add(TestHistory.deadLetter("order_placed_dlq", properties, other, "conflict"));

    assertPasses();
  }
}
