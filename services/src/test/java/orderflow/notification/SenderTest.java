package orderflow.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import orderflow.delivery.Signal;
import orderflow.delivery.Step;
import orderflow.delivery.Verdict;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.testing.FaultyStore;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.SimulatedCrash;
import orderflow.testing.SteppingClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SenderTest {
  @TempDir Path folder;

  private final SteppingClock clock = new SteppingClock();
  private final Signal recorded = new Signal();
  private final ReservedHandler handler = new ReservedHandler(recorded, new SimpleMeterRegistry());
  private final Outbound outbound = new Outbound();
  private Store real;
  private FaultyStore store;
  private Sender sender;

  /** Keeps what goes out; refuses as long as a test says so. */
  private static final class Outbound implements Notifier {
    private final List<String> messageIds = new ArrayList<>();
    private Optional<String> refusal = Optional.empty();

    @Override
    public List<Optional<String>> send(List<Notification> notifications) {
      notifications.forEach(notification -> messageIds.add(notification.messageId()));
      return notifications.stream().map(_ -> refusal).toList();
    }
  }

  @BeforeEach
  void start() {
    real = SqliteStore.open(folder.resolve("db"), Schema.of(List.of(NotificationTable.SCHEMA)));
    store = new FaultyStore(real);
    restart();
  }

  @AfterEach
  void stop() {
    real.close();
  }

  @Test
  void eachOrderIsToldOnceHoweverOftenItArrives() throws Exception {
    assertEquals(
        List.of(new Verdict.Effect("recorded"), new Verdict.Duplicate()),
        record(reserved("a"), reserved("a")));
    worked();
    assertEquals(List.of(new Verdict.Duplicate()), record(reserved("a")));
    idle();
    assertEquals(1, outbound.messageIds.size());
    assertEquals("sent", row("a").status());
    assertEquals(clock.instant(), row("a").sentAt());
    assertEquals(1, row("a").attempts());
    assertEquals(3, row("a").deliveries());
  }

  @Test
  void anOrderReservedForAnotherUserIsAConflict() {
    record(reserved("a"));
    var other = new InventoryOutcome("a", Status.RESERVED, "other", null, null, null);
    assertEquals(
        Reason.CONFLICT,
        assertInstanceOf(Verdict.Rejected.class, record(other).getFirst()).reason());
    assertEquals("u", row("a").notification().userId());
  }

  @Test
  void aFailedOrderIsNotConfirmedToAnybody() throws Exception {
    InventoryOutcome failed =
        InventoryOutcome.failed(new OrderPlaced("a", "widget", 1, "u"), "none left");
    assertEquals(
        Reason.UNSUPPORTED,
        assertInstanceOf(Verdict.Rejected.class, record(failed).getFirst()).reason());
    idle();
    assertEquals(List.of(), outbound.messageIds);
  }

  @Test
  void whatWentOutIsNotSentAgainWhileMarkingItFails() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.FULL, Fault.BUSY);
    assertInstanceOf(Step.Blocked.class, sender.step());
    assertInstanceOf(Step.Blocked.class, sender.step());
    worked();
    idle();
    assertEquals(1, outbound.messageIds.size());
    assertEquals("sent", row("a").status());
  }

  @Test
  void aCrashBeforeMarkingSendsAgainUnderTheSameMessageId() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    assertThrows(SimulatedCrash.class, () -> sender.step());
    restart();
    worked();
    assertEquals(2, outbound.messageIds.size());
    assertEquals(outbound.messageIds.getFirst(), outbound.messageIds.getLast());
  }

  @Test
  void aCrashAfterMarkingSendsNothingAgain() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.CRASH_AFTER_COMMIT);
    assertThrows(SimulatedCrash.class, () -> sender.step());
    restart();
    idle();
    assertEquals(1, outbound.messageIds.size());
  }

  @Test
  void drainingMarksWhatWentOut() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.BUSY);
    assertInstanceOf(Step.Blocked.class, sender.step());
    sender.drain(Duration.ofSeconds(1));
    assertEquals("sent", row("a").status());
  }

  @Test
  void whatFailedWaitsBeforeItIsTriedAgainAndThenGoesOut() throws Exception {
    outbound.refusal = Optional.of("out of order");
    record(reserved("a"));
    worked();
    assertEquals("pending", row("a").status());
    assertEquals("out of order", row("a").error());
    idle();
    assertEquals(1, outbound.messageIds.size(), "not before its time");
    outbound.refusal = Optional.empty();
    clock.advance(Duration.ofSeconds(1));
    worked();
    assertEquals("sent", row("a").status());
    assertEquals(2, row("a").attempts());
    assertNull(row("a").error());
  }

  @Test
  void oneThatFailsHoldsUpNoOther() throws Exception {
    outbound.refusal = Optional.of("out of order");
    record(reserved("a"));
    worked();
    outbound.refusal = Optional.empty();
    record(reserved("b"));
    worked();
    assertEquals("pending", row("a").status());
    assertEquals("sent", row("b").status());
  }

  @Test
  void whatKeepsFailingIsTriedLaterAndLaterAndGivenUp() throws Exception {
    outbound.refusal = Optional.of("no such user");
    record(reserved("a"));
    Instant begun = clock.instant();
    for (int attempt = 1; attempt <= Sender.MAX_ATTEMPTS; attempt++) {
      assertEquals("pending", row("a").status(), "before attempt " + attempt);
      worked();
      if (attempt == 10) {
        assertTrue(clock.instant().isAfter(begun.plus(Duration.ofMinutes(3))), "it backs off");
      }
      untilDue();
    }
    assertEquals("given_up", row("a").status());
    assertEquals("no such user", row("a").error());
    assertEquals(Sender.MAX_ATTEMPTS, row("a").attempts());
    clock.advance(Duration.ofDays(365));
    idle();
    assertEquals(Sender.MAX_ATTEMPTS, outbound.messageIds.size());
    assertEquals(List.of(new Verdict.Duplicate()), record(reserved("a")));
    idle();
  }

  @Test
  void messageIdsDifferBetweenOrdersAndAreAllowedInMailWhateverTheOrderIsCalled() {
    String one = new Notification("a..b:c", "u", null, null).messageId();
    assertTrue(one.matches("<[a-z0-9]{32}@orderflow>"), one);
    assertTrue(!one.equals(new Notification("a..b:d", "u", null, null).messageId()));
    assertEquals(one, new Notification("a..b:c", "other", "x", 1).messageId());
  }

  private void restart() {
    sender = new Sender(store, outbound, recorded, clock, new Random(1), new SimpleMeterRegistry());
  }

  private void worked() throws InterruptedException {
    assertInstanceOf(Step.Worked.class, sender.step());
  }

  private void idle() throws InterruptedException {
    assertInstanceOf(Step.Idle.class, sender.step());
  }

  private void untilDue() {
    real.read(tx -> tx.query("SELECT due_at FROM unsent", row -> row.number(1))).stream()
        .map(Instant::ofEpochMilli)
        .forEach(due -> clock.advance(Duration.between(clock.instant(), due)));
  }

  private List<Verdict> record(InventoryOutcome... outcomes) {
    return real.write(
        Durability.SYNCED, tx -> handler.apply(tx, List.of(outcomes), clock.instant()));
  }

  private static InventoryOutcome reserved(String orderId) {
    return InventoryOutcome.reserved(new OrderPlaced(orderId, "widget", 1, "u"));
  }

  private NotificationTable.Row row(String orderId) {
    return real.read(tx -> NotificationTable.find(tx, orderId)).orElseThrow();
  }
}
