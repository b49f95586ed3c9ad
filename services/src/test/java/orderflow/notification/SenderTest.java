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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import orderflow.delivery.Disposition;
import orderflow.delivery.Signal;
import orderflow.delivery.StepResult;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.notification.Notifier.Result;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderTest {
  private static final Result SENT = new Result.Sent();
  private static final Result REFUSED = new Result.Refused("no such user");
  private static final Result DEFERRED = new Result.Deferred("mailbox full");
  private static final Result UNREACHABLE = new Result.Unreachable("connection refused");

  @TempDir Path folder;

  private final SteppingClock clock = new SteppingClock();
  private final Signal recorded = new Signal();
  private final ReservedHandler handler = new ReservedHandler(recorded);
  private final Outbound outbound = new Outbound();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Store real;
  private FaultyStore store;
  private Sender sender;

  /** Records sent notifications; fails for all or some orders on request. */
  private static final class Outbound implements Notifier {
    private final List<String> messageIds = new ArrayList<>();
    private final Map<String, Result> results = new HashMap<>();
    private Result usual = SENT;
    private int batch = 100;

    @Override
    public int batch() {
      return batch;
    }

    @Override
    public List<Result> send(List<Notification> notifications) {
      assertTrue(notifications.size() <= batch, () -> notifications.size() + " at a time");
      List<Result> answers = new ArrayList<>();
      for (Notification notification : notifications) {
        messageIds.add(notification.messageId());
        answers.add(results.getOrDefault(notification.orderId(), usual));
        if (answers.getLast() instanceof Result.Unreachable) {
          break;
        }
      }
      return answers;
    }
  }

  @BeforeEach
  void start() {
    real =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(List.of(NotificationTable.SCHEMA)).then(NotificationTable.GIVEN_UP_SCHEMA));
    store = new FaultyStore(real);
    restart();
  }

  @AfterEach
  void stop() {
    real.close();
  }

  @Test
  void eachOrderIsNotifiedOnce() throws Exception {
    assertEquals(
        List.of(new Disposition.Effect("recorded"), new Disposition.Duplicate()),
        record(reserved("a"), reserved("a")));
    worked();
    assertEquals(List.of(new Disposition.Duplicate()), record(reserved("a")));
    idle();
    assertEquals(1, outbound.messageIds.size());
    assertEquals("sent", row("a").status());
    assertEquals(clock.instant(), row("a").sentAt());
    assertEquals(1, row("a").attempts());
    assertEquals(3, row("a").deliveries());
  }

  @Test
  void orderReservedForAnotherUserIsAConflict() {
    record(reserved("a"));
    var other = new InventoryOutcome("a", Status.RESERVED, "other", null, null, null);
    assertEquals(
        Reason.CONFLICT,
        assertInstanceOf(Disposition.Rejected.class, record(other).getFirst()).reason());
    assertEquals("u", row("a").notification().userId());
  }

  @Test
  void failedOrderIsNotNotified() throws Exception {
    InventoryOutcome failed =
        InventoryOutcome.failed(new OrderPlaced("a", "widget", 1, "u"), "none left");
    assertEquals(
        Reason.UNSUPPORTED,
        assertInstanceOf(Disposition.Rejected.class, record(failed).getFirst()).reason());
    idle();
    assertEquals(List.of(), outbound.messageIds);
  }

  @Test
  void failedRecordingDoesNotResend() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.FULL, Fault.BUSY);
    assertInstanceOf(StepResult.Blocked.class, sender.step());
    assertInstanceOf(StepResult.Blocked.class, sender.step());
    worked();
    idle();
    assertEquals(1, outbound.messageIds.size());
    assertEquals("sent", row("a").status());
  }

  @Test
  void crashBeforeRecordingResendsWithTheSameMessageId() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    assertThrows(SimulatedCrash.class, () -> sender.step());
    restart();
    worked();
    assertEquals(2, outbound.messageIds.size());
    assertEquals(outbound.messageIds.getFirst(), outbound.messageIds.getLast());
  }

  @Test
  void crashAfterRecordingRepeatsNothing() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.CRASH_AFTER_COMMIT);
    assertThrows(SimulatedCrash.class, () -> sender.step());
    restart();
    idle();
    assertEquals(1, outbound.messageIds.size());
  }

  @Test
  void drainRecordsSentNotifications() throws Exception {
    record(reserved("a"));
    store.onWrite(Fault.BUSY);
    assertInstanceOf(StepResult.Blocked.class, sender.step());
    sender.drain(Duration.ofSeconds(1));
    assertEquals("sent", row("a").status());
  }

  @Test
  void crashRepeatsAtMostOneBatch() throws Exception {
    outbound.batch = 2;
    record(reserved("a"), reserved("b"), reserved("c"), reserved("d"), reserved("e"));
    worked();
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    assertThrows(SimulatedCrash.class, () -> sender.step());
    restart();
    worked();
    worked();
    idle();
    assertEquals(5 + 2, outbound.messageIds.size());
  }

  @Test
  void untriedNotificationsStayUnchanged() throws Exception {
    outbound.results.put("b", UNREACHABLE);
    record(reserved("a"), reserved("b"), reserved("c"));
    worked();
    assertEquals("sent", row("a").status());
    assertEquals("connection refused", row("b").error());
    assertNull(row("c").error());
    worked();
    assertEquals("sent", row("c").status(), "the failed one is after it");
  }

  @Test
  void refusedNotificationIsRetriedAfterAPause() throws Exception {
    outbound.usual = REFUSED;
    record(reserved("a"));
    worked();
    assertEquals("pending", row("a").status());
    assertEquals("no such user", row("a").error());
    idle();
    assertEquals(1, outbound.messageIds.size(), "not before it is due");
    outbound.usual = SENT;
    clock.advance(Duration.ofSeconds(1));
    worked();
    assertEquals("sent", row("a").status());
    assertEquals(2, row("a").attempts());
    assertNull(row("a").error());
  }

  @Test
  void failedNotificationsBlockNoOther() throws Exception {
    outbound.batch = 2;
    outbound.results.putAll(Map.of("a", REFUSED, "b", DEFERRED, "c", UNREACHABLE));
    record(reserved("a"), reserved("b"), reserved("c"), reserved("d"), reserved("e"));
    worked();
    blocked();
    worked();
    assertEquals("sent", row("d").status());
    assertEquals("sent", row("e").status());
    for (int round = 0; round < 10; round++) {
      record(reserved("new-" + round));
      clock.advance(Duration.ofHours(1));
      for (int step = 0; step < 3; step++) {
        sender.step();
      }
      assertEquals("sent", row("new-" + round).status());
    }
  }

  @Test
  void refusedNotificationIsRetriedAndGivenUpWhileOthersAreSent() throws Exception {
    refuseUntilGivenUp();
  }

  private void refuseUntilGivenUp() throws Exception {
    outbound.results.put("a", REFUSED);
    record(reserved("a"));
    Instant begun = clock.instant();
    for (int attempt = 1; attempt <= Sender.MAX_REFUSALS; attempt++) {
      assertEquals("pending", row("a").status(), "before attempt " + attempt);
      record(reserved("fine-" + attempt));
      worked();
      if (attempt == 10) {
        assertTrue(clock.instant().isAfter(begun.plus(Duration.ofMinutes(3))), "it backs off");
      }
      untilDue();
    }
    assertEquals("given_up", row("a").status());
    assertEquals("no such user", row("a").error());
    assertEquals(Sender.MAX_REFUSALS, row("a").attempts());
    assertEquals(1, metrics.counter("orderflow.notifications", "result", "given_up").count());
    clock.advance(Duration.ofDays(365));
    idle();
    assertEquals(2 * Sender.MAX_REFUSALS, outbound.messageIds.size());
    assertEquals(List.of(new Disposition.Duplicate()), record(reserved("a")));
    idle();
  }

  /** For example, a webhook that answers every request with 401, or a mail server with 550. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 30})
  void serverThatRefusesAllCausesNoGivingUp(int orders) throws Exception {
    record(reserved("before"));
    worked();
    outbound.usual = REFUSED;
    for (int i = 0; i < orders; i++) {
      record(reserved("o-" + i));
    }
    for (int attempt = 0; attempt < 5 * Sender.MAX_REFUSALS; attempt++) {
      clock.advance(Duration.ofMinutes(5));
      sender.step();
    }
    assertEquals("pending", row("o-0").status());
    outbound.usual = SENT;
    clock.advance(Duration.ofMinutes(5));
    worked();
    assertEquals("sent", row("o-" + (orders - 1)).status());
    idle();
    assertEquals(0, metrics.counter("orderflow.notifications", "result", "given_up").count());
  }

  @Test
  void givenUpNotificationIsResentOnRequest() throws Exception {
    refuseUntilGivenUp();
    outbound.results.clear();
    assertEquals(List.of(true, false, false), List.of(resend("a"), resend("a"), resend("fine-1")));
    worked();
    assertEquals("sent", row("a").status());
    idle();
  }

  @Test
  void postponedNotificationIsSentAfterTheClockIsCorrected() throws Exception {
    outbound.usual = UNREACHABLE;
    clock.set(Duration.ofDays(1));
    record(reserved("a"));
    blocked();
    outbound.usual = SENT;
    clock.set(Duration.ofDays(-1));
    clock.advance(Duration.ofMinutes(5));
    worked();
    assertEquals("sent", row("a").status());
    idle();
  }

  @Test
  void recordedNotificationIsSentAfterTheClockIsCorrected() throws Exception {
    clock.set(Duration.ofDays(1));
    record(reserved("a"));
    clock.set(Duration.ofDays(-1));
    worked();
    assertEquals("sent", row("a").status());
  }

  @Test
  void retryAfterIsObeyedWhenTheClockIsChanged() throws Exception {
    outbound.usual = new Result.Unreachable("it answered 429", Duration.ofMinutes(20));
    record(reserved("a"));
    assertTrue(blocked().contains("it answered 429 and asks to wait 1200 s"));
    outbound.usual = SENT;
    record(reserved("b"));
    clock.advance(Duration.ofMinutes(19));
    blocked();
    clock.set(Duration.ofDays(1));
    blocked();
    assertEquals(1, outbound.messageIds.size());
    clock.advance(Duration.ofMinutes(1));
    worked();
    assertEquals("sent", row("a").status());
    assertEquals("sent", row("b").status());
  }

  @Test
  void unreachableServerCausesNoGivingUp() throws Exception {
    outbound.usual = UNREACHABLE;
    record(reserved("a"));
    Instant begun = clock.instant();
    for (int attempt = 1; attempt <= 10 * Sender.MAX_REFUSALS; attempt++) {
      assertEquals("connection refused", blocked());
      untilDue();
    }
    assertTrue(clock.instant().isAfter(begun.plus(Duration.ofHours(1))), "it backs off");
    assertEquals("pending", row("a").status());
    assertEquals(0, row("a").attempts());
    outbound.usual = SENT;
    worked();
    assertEquals("sent", row("a").status());
    idle();
  }

  @Test
  void deferredNotificationIsNotGivenUp() throws Exception {
    outbound.usual = DEFERRED;
    record(reserved("a"));
    Instant begun = clock.instant();
    for (int attempt = 1; attempt <= 10 * Sender.MAX_REFUSALS; attempt++) {
      worked();
      untilDue();
    }
    assertTrue(clock.instant().isAfter(begun.plus(Duration.ofHours(10))), "it backs off");
    assertEquals("pending", row("a").status());
    outbound.usual = SENT;
    worked();
    assertEquals("sent", row("a").status());
  }

  @Test
  void unreachableServerBlocksTheSenderUntilHalfAMinuteAfterItsReturn() throws Exception {
    outbound.usual = UNREACHABLE;
    record(reserved("a"));
    blocked();
    clock.advance(Duration.ofHours(5));
    blocked();
    assertEquals("connection refused", blocked(), "nothing is due, and the outage continues");
    assertEquals(2, outbound.messageIds.size());
    outbound.usual = SENT;
    clock.advance(Duration.ofSeconds(30));
    worked();
    idle();
  }

  @Test
  void consecutiveFailuresAreAnOutageUntilOneIsSent() throws Exception {
    outbound.batch = 1;
    outbound.usual = DEFERRED;
    for (int i = 1; i < OutageDetector.MAX_FAILURES; i++) {
      record(reserved("o-" + i));
      worked();
    }
    record(reserved("last"));
    assertTrue(blocked().contains("mailbox full"));
    assertTrue(blocked().contains("mailbox full"), "nothing is due");
    outbound.usual = SENT;
    record(reserved("fine"));
    worked();
    idle();
    outbound.usual = DEFERRED;
    clock.advance(Duration.ofSeconds(1));
    worked();
  }

  @Test
  void messageIdsAreUniqueAndValidInMail() {
    String one = new Notification("a..b:c", "u", null, null).messageId();
    assertTrue(one.matches("<[a-z0-9]{32}@orderflow>"), one);
    assertTrue(!one.equals(new Notification("a..b:d", "u", null, null).messageId()));
    assertEquals(one, new Notification("a..b:c", "other", "x", 1).messageId());
  }

  private void restart() {
    sender = new Sender(store, outbound, recorded, clock, clock::nanoTime, new Random(1), metrics);
  }

  private void worked() throws InterruptedException {
    assertInstanceOf(StepResult.Worked.class, sender.step());
  }

  private void idle() throws InterruptedException {
    assertInstanceOf(StepResult.Idle.class, sender.step());
  }

  private String blocked() throws InterruptedException {
    return assertInstanceOf(StepResult.Blocked.class, sender.step()).reason();
  }

  private void untilDue() {
    real.read(tx -> tx.query("SELECT due_at FROM unsent", row -> row.number(1))).stream()
        .map(Instant::ofEpochMilli)
        .forEach(due -> clock.advance(Duration.between(clock.instant(), due)));
  }

  private List<Disposition> record(InventoryOutcome... outcomes) {
    return real.write(
        Durability.SYNCED, tx -> handler.apply(tx, List.of(outcomes), clock.instant()));
  }

  private static InventoryOutcome reserved(String orderId) {
    return InventoryOutcome.reserved(new OrderPlaced(orderId, "widget", 1, "u"));
  }

  private boolean resend(String orderId) {
    return real.write(
        Durability.SYNCED, tx -> NotificationTable.resend(tx, orderId, clock.instant()));
  }

  private NotificationTable.Row row(String orderId) {
    return real.read(tx -> NotificationTable.find(tx, orderId)).orElseThrow();
  }
}
