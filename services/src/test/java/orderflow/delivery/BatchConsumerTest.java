package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Topology;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.testing.Amqp;
import orderflow.testing.FaultyStore;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.LogLines;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedSubscription;
import orderflow.testing.SimulatedCrash;
import orderflow.testing.SteppingClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.slf4j.LoggerFactory;

class BatchConsumerTest {
  private static final String QUEUE = Topology.ORDER_PLACED;
  private static final int OUTBOX_LIMIT = 100;

  @TempDir Path folder;

  private final ScriptedBroker broker = new ScriptedBroker();
  private final Outbox outbox = new Outbox();
  private final RecordingHandler handler = new RecordingHandler();
  private final SteppingClock clock = new SteppingClock();
  private Store real;
  private FaultyStore store;
  private ScriptedSubscription subscription;
  private BatchConsumer<OrderPlaced> consumer;

  @BeforeEach
  void start() {
    real =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(
                List.of(
                    Outbox.SCHEMA,
                    Outbox.LANES_SCHEMA,
                    CrashSuspects.SCHEMA,
                    ReplayLog.SCHEMA,
                    RecordingHandler.SCHEMA)));
    store = new FaultyStore(real);
    connect();
  }

  @AfterEach
  void stop() {
    real.close();
  }

  @Test
  void aBatchHasItsEffectsAndIsAcknowledgedAsAWhole() throws Exception {
    put("a", "b", "c");
    assertWorked();
    assertEffects("a", "b", "c");
    assertEquals(List.of(List.of("a", "b", "c")), handler.transactions());
    assertEquals(1, subscription.settled().size());
    assertInstanceOf(StepResult.Idle.class, consumer.step());
  }

  @Test
  void aBatchIsBounded() throws Exception {
    for (int i = 0; i < BatchConsumer.MAX_BATCH + 1; i++) {
      put("o-" + i);
    }
    assertWorked();
    assertEquals(BatchConsumer.MAX_BATCH, subscription.settled().getFirst().size());
    assertWorked();
    assertEquals(1, subscription.settled().getLast().size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"BUSY", "FULL", "FAILED_BEFORE_COMMIT"})
  void atATransientFaultNothingIsAcknowledgedAndTheSameBatchIsTriedAgain(Fault fault)
      throws Exception {
    put("a", "b");
    store.onWrite(fault, fault);
    assertBlocked();
    assertEffects();
    assertBlocked();
    assertEquals(0, subscription.settled().size());
    put("c");
    assertWorked();
    assertEffects("a", "b");
    assertEquals(2, subscription.settled().getFirst().size());
    assertEquals(List.of(), deadLetters());
  }

  @Test
  void theRelayIsWokenForWhatWasCommitted() throws Exception {
    assertInstanceOf(StepResult.Idle.class, consumer.step());
    assertFalse(outbox.events().appended().await(Duration.ZERO));
    put("a");
    assertWorked();
    assertTrue(outbox.events().appended().await(Duration.ZERO));
  }

  /** It logs and counts, which must not run ahead of the commit. */
  @Test
  void theHandlerIsToldWhatHasCommittedAndNothingElse() throws Exception {
    put("a", "a");
    store.onWrite(Fault.FAILED_BEFORE_COMMIT);
    assertBlocked();
    assertEquals(List.of(), handler.committed());
    assertWorked();
    assertEquals(
        List.of(new Disposition.Effect("written"), new Disposition.Duplicate()),
        handler.committed());
  }

  /** It stands, whatever becomes of the telling; tried again, it would end as a dead letter. */
  @Test
  void aHandlerThatFailsWhenItIsToldLeavesWhatIsCommittedAsItIs() throws Exception {
    handler.throwOnCommitted();
    put("a", "b");
    putPoison();
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of("malformed"), reasons());
    assertEquals(1, handler.transactions().size());
    assertEquals(1, subscription.settled().size());
    assertTrue(outbox.deadLetters().appended().await(Duration.ZERO));
  }

  /** Operators search for this line. */
  @Test
  void eachDeadLetterIsLoggedOnceAndNoInputCanForgeALine() throws Exception {
    try (var log = new LogLines("Test")) {
      put("a");
      broker.put(message(new OrderPlaced("a", "widget", 2, "u")));
      putPoison("m-1");
      putPoison("m\nWARN forged");
      store.onWrite(Fault.BUSY);
      assertBlocked();
      assertWorked();
      assertEquals(
          List.of(
              "Poison message (conflict): other content; queue=order_placed bytes=57",
              "Poison message (malformed): the body is not strict JSON: it does not begin"
                  + " with { (line 1, column 1);"
                  + " queue=order_placed bytes=1 message_id=m-1",
              "Poison message (malformed): the body is not strict JSON: it does not begin"
                  + " with { (line 1, column 1);"
                  + " queue=order_placed bytes=1"),
          log.at("WARN"));
    }
  }

  @Test
  void aCommitWhoseAnswerWasLostHasItsEffectOnce() throws Exception {
    put("a", "b");
    store.onWrite(Fault.ANSWER_LOST);
    assertBlocked();
    assertEquals(0, subscription.settled().size());
    assertWorked();
    assertEffects("a", "b");
    assertEquals(1, subscription.settled().size());
    assertEquals(List.of(), deadLetters());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE_COMMIT", "CRASH_AFTER_COMMIT"})
  void aCrashAroundTheCommitLosesNothingAndDoublesNothing(Fault crash) throws Exception {
    put("a", "b");
    store.onWrite(crash);
    crash();
    assertEquals(2, broker.waiting(QUEUE).size());
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of(), deadLetters());
    assertEquals(0, broker.waiting(QUEUE).size());
  }

  @Test
  void aConnectionLostBeforeTheAcknowledgementMakesARecognisedDuplicate() throws Exception {
    put("a");
    store.onWrite(Fault.FULL);
    assertBlocked();
    subscription.lose();
    assertThrows(MessagingException.class, () -> consumer.step());
    consumer.close();
    assertEffects("a");
    connect();
    assertWorked();
    assertEffects("a");
    assertEquals(List.of(), deadLetters());
  }

  @Test
  void duplicatesWithinABatchAndAcrossBatchesHaveOneEffect() throws Exception {
    put("a", "a", "b");
    assertWorked();
    put("b", "a");
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of(), deadLetters());
    assertEquals(2, subscription.settled().size());
  }

  @Test
  void aPoisonMessageDeadLettersItselfOnlyAndKeepsEverything() throws Exception {
    byte[] body = {'{', (byte) 0xFF, 0, 'x'};
    MessageProperties properties =
        Amqp.properties(
            new BasicProperties.Builder()
                .messageId("m-1")
                .correlationId("c-1")
                .replyTo("somewhere")
                .priority(3)
                .expiration("60000")
                .headers(Map.of("tenant", "acme", "attempt", 7, "CC", "elsewhere")));
    put("before");
    broker.put(new Message("order_events", "order.placed", properties, body));
    put("after");
    assertWorked();
    assertEffects("after", "before");
    Message dead = deadLetters().getFirst();
    assertEquals(1, deadLetters().size());
    assertEquals("", dead.exchange());
    assertEquals("order_placed_dlq", dead.routingKey());
    assertArrayEquals(body, dead.body());
    assertEquals("m-1", dead.properties().messageId());
    assertEquals("acme", dead.properties().header("tenant"));
    assertEquals(7, dead.properties().headers().get("attempt"));
    assertEquals("elsewhere", dead.properties().header("x-orderflow-original-CC"));
    assertEquals("60000", dead.properties().header("x-orderflow-original-expiration"));
    assertEquals("malformed", dead.properties().header(DeadLetter.REASON));
    assertEquals("order_events", dead.properties().header(DeadLetter.EXCHANGE));
    assertEquals("order.placed", dead.properties().header(DeadLetter.ROUTING_KEY));
    assertEquals("2026-01-01T00:00:00Z", dead.properties().header(DeadLetter.AT));
  }

  @Test
  void aConflictIsDeadLetteredAndTheFirstStands() throws Exception {
    put("a");
    broker.put(message(new OrderPlaced("a", "widget", 2, "u")));
    assertWorked();
    assertEffects("a");
    assertEquals(List.of("conflict"), reasons());
  }

  @Test
  void aDeadLetterIsCommittedOnceThoughItsCommitFailedAtFirst() throws Exception {
    putPoison();
    store.onWrite(Fault.FULL, Fault.BUSY);
    assertBlocked();
    assertBlocked();
    assertEquals(List.of(), deadLetters());
    assertWorked();
    assertEquals(List.of("malformed"), reasons());
  }

  @Test
  void aMessageThatCannotBeHandledIsDeadLetteredAloneAndTheRestGoesOn() throws Exception {
    handler.throwFor("bad");
    put("a", "bad", "b");
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
    assertEquals(3, subscription.settled().getFirst().size());
    assertEquals(
        List.of(
            List.of("a", "bad", "b"),
            List.of("a"),
            List.of("bad"),
            List.of("bad"),
            List.of("bad"),
            List.of(),
            List.of("b")),
        handler.transactions());
  }

  @Test
  void aFaultOfTheStoreWhileABatchIsBrokenUpLosesNone() throws Exception {
    handler.throwFor("bad");
    put("a", "bad", "b");
    store.onWrite(Fault.NONE, Fault.NONE, Fault.NONE, Fault.FULL, Fault.NONE, Fault.BUSY);
    for (int tries = 0; subscription.settled().isEmpty() && tries < 10; tries++) {
      consumer.step();
    }
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
  }

  /** What the store refuses for good is the store's fault when it is a mere dead letter. */
  @Test
  void aDeadLetterThatTheStoreRefusesIsNotAcknowledgedButTriedAgain() throws Exception {
    putPoison();
    store.onWrite(Fault.REFUSED, Fault.REFUSED, Fault.REFUSED);
    assertBlocked();
    assertEquals(0, subscription.settled().size());
    assertWorked();
    assertEquals(List.of("malformed"), reasons());
    assertEquals(1, subscription.settled().size());
  }

  @Test
  void aMessageThatEndsTheProcessIsTriedAloneAndGivenUpAndTheOthersHaveTheirEffect()
      throws Exception {
    handler.dieOf("killer");
    put("a", "killer", "b", "c");
    int deaths = 0;
    while (subscription.settled().isEmpty() && deaths < 20) {
      try {
        assertWorked();
      } catch (SimulatedCrash e) {
        deaths++;
        subscription.lose();
        connect();
      }
    }
    assertEquals(2 + CrashSuspects.MAX_CRASHES, deaths, "two unsuspecting, then alone");
    assertTrue(deaths <= 5, "a queue with a delivery limit of 5 has not dropped it");
    assertEffects("a", "b", "c");
    assertEquals(List.of("processing"), reasons());
    assertInstanceOf(StepResult.Idle.class, consumer.step());
    assertEquals(0, suspects());
  }

  /** As a worker does at an Error that it survives, or that ends its thread. */
  @Test
  void aMessageThatEndsItsSessionByAnErrorIsGivenUpThoughTheSessionIsClosed() throws Exception {
    handler.dieOf("killer");
    put("a", "killer", "b");
    for (int ends = 0; ends < 2 + CrashSuspects.MAX_CRASHES; ends++) {
      assertThrows(SimulatedCrash.class, () -> consumer.step());
      consumer.close();
      connect();
    }
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
    assertInstanceOf(StepResult.Idle.class, consumer.step());
    assertEquals(0, suspects());
  }

  @Test
  void aRedeliveredBatchThatIsHandledLeavesNoSuspects() throws Exception {
    put("a", "b");
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    assertWorked();
    assertEquals(List.of("a", "b"), handler.transactions().getLast(), "together at first");
    assertEquals(0, suspects());
  }

  @Test
  void manyDuplicatesThatAreRedeliveredAreDuplicatesAndNotSuspects() throws Exception {
    put("a", "a", "a", "a", "a", "a", "a", "a");
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    assertWorked();
    assertEffects("a");
    assertEquals(List.of(), deadLetters());
    assertEquals(0, suspects());
  }

  @Test
  void losingTheConnectionAgainAndAgainMakesNoSuspects() throws Exception {
    put("a");
    for (int round = 0; round < 2 * CrashSuspects.MAX_CRASHES; round++) {
      store.onWrite(round % 2 == 0 ? Fault.FULL : Fault.ANSWER_LOST);
      assertBlocked();
      consumer.close();
      connect();
    }
    assertEquals(0, suspects());
    assertWorked();
    assertEffects("a");
    assertEquals(List.of(), deadLetters());
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"REFUSED", "DEFECT"})
  void everyFaultAtEveryTransactionEndsWithOneEffectEach(Fault fault) throws Exception {
    for (int place = 0; place < 6; place++) {
      String prefix = "p" + place + "-";
      put(prefix + "a", prefix + "b");
      putPoison();
      Fault[] script = new Fault[place + 1];
      Arrays.fill(script, Fault.NONE);
      script[place] = fault;
      store.onWrite(Fault.CRASH_BEFORE_COMMIT).onWrite(script);
      for (int tries = 0; tries < 20; tries++) {
        try {
          consumer.step();
        } catch (SimulatedCrash e) {
          subscription.lose();
          connect();
        }
      }
      assertEquals(0, broker.waiting(QUEUE).size());
    }
    List<String> effects = new ArrayList<>();
    for (int place = 0; place < 6; place++) {
      effects.add("p" + place + "-a");
      effects.add("p" + place + "-b");
    }
    assertEffects(effects.toArray(String[]::new));
    assertEquals(Set.of("malformed"), Set.copyOf(reasons()));
    assertEquals(0, suspects());
  }

  @ParameterizedTest
  @EnumSource(names = {"CRASH_AFTER_COMMIT", "ANSWER_LOST"})
  void deadLetterThatIsWrittenAgainHasTheSameId(Fault fault) throws Exception {
    put("a");
    putPoison("m-1");
    putPoison("m-2");
    store.onWrite(fault);
    if (fault == Fault.CRASH_AFTER_COMMIT) {
      crash();
    } else {
      assertBlocked();
    }
    assertWorked();
    assertEffects("a");
    assertEquals(2, Set.copyOf(ids()).size());
    assertEquals(ids().subList(0, 2), ids().subList(2, 4));
    assertEquals(1, subscription.settled().size());
  }

  @Test
  void poisonMessagesWithTheSameBytesAreEachDeadLettered() throws Exception {
    put("a");
    putPoison();
    assertWorked();
    assertEquals(1, reasons().size());
    put("b");
    putPoison();
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    assertWorked();
    assertEquals(2, reasons().size(), "the same bytes, but another message");
    putPoison();
    assertWorked();
    assertEquals(3, reasons().size());
  }

  @Test
  void copiesOfAPoisonMessageHaveDeadLettersWithOneId() throws Exception {
    var poison =
        new Message(
            "order_events",
            "order.placed",
            MessageProperties.persistent("m-1"),
            "x".getBytes(UTF_8));
    broker.put(poison);
    broker.put(poison);
    assertWorked();
    subscription.lose();
    connect();
    broker.put(poison);
    assertWorked();
    assertEquals(List.of("malformed", "malformed", "malformed"), reasons());
    assertEquals(1, Set.copyOf(ids()).size());
    assertEquals(0, broker.waiting(QUEUE).size());
  }

  @Test
  void aDeadLetterThatWasMovedBackByHandIsDeadLetteredAnew() throws Exception {
    broker.put(
        new Message(
            "order_events",
            "order.placed",
            MessageProperties.persistent("m-1"),
            "x".getBytes(UTF_8)));
    assertWorked();
    Message letter = deadLetters().getFirst();
    broker.put(new Message("", QUEUE, letter.properties(), letter.body()));
    assertWorked();
    assertEquals(2, Set.copyOf(ids()).size());
  }

  @Test
  void aGivenUpMessageIsNotHandledWhenItComesAgain() throws Exception {
    handler.throwFor("bad");
    put("bad");
    store.onWrite(
        Fault.NONE, Fault.REFUSED, Fault.REFUSED, Fault.REFUSED, Fault.CRASH_AFTER_COMMIT);
    crash();
    handler.recover();
    assertWorked();
    assertEffects();
    assertEquals(List.of("processing", "processing"), reasons());
    assertEquals(1, Set.copyOf(ids()).size());
    assertInstanceOf(StepResult.Idle.class, consumer.step());
    assertEquals(0, suspects());
  }

  @Test
  void nothingMoreIsTakenWhileTooMuchWaitsForTheBroker() throws Exception {
    for (int i = 0; i < OUTBOX_LIMIT; i++) {
      putPoison();
    }
    assertWorked();
    put("a");
    assertBlocked();
    assertEquals(1, broker.waiting(QUEUE).size());
    real.write(
        Store.Durability.RELAXED, tx -> tx.update("DELETE FROM dead_letter_outbox WHERE id > 1"));
    assertWorked();
    assertEffects("a");
  }

  @Test
  void drainingFinishesTheBatchThatWasUnderWay() throws Exception {
    put("a");
    store.onWrite(Fault.BUSY);
    assertBlocked();
    consumer.drain(Duration.ofSeconds(1));
    assertEffects("a");
    assertEquals(1, subscription.settled().size());
  }

  @Test
  void drainingLeavesTheRestOfABatchThatWasBrokenUpWhenItsTimeIsOver() throws Exception {
    handler.throwFor("bad");
    put("a", "bad", "b");
    store.onWrite(Fault.NONE, Fault.BUSY);
    assertBlocked();
    consumer.drain(Duration.ZERO);
    assertEffects("a");
    assertEquals(0, subscription.settled().size());
    consumer.close();
    assertEquals(3, broker.waiting(QUEUE).size());
    connect();
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
  }

  /** Between two steps it can be stopped. */
  @Test
  void aStepEndsBetweenTwoTransactionsWhenTheyTakeLong() throws Exception {
    clock.tick(Duration.ofSeconds(1));
    handler.throwFor("bad");
    put("a", "bad", "b");
    assertWorked();
    assertEquals(1, handler.transactions().size());
    assertWorked();
    assertEffects("a");
    assertEquals(0, subscription.settled().size());
    for (int steps = 0; subscription.settled().isEmpty() && steps < 20; steps++) {
      assertWorked();
    }
    assertEquals(3, subscription.settled().getFirst().size());
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
  }

  @Test
  void messagesGoBackWhenTheStoreFailsForSeconds() throws Exception {
    put("a", "b");
    Fault[] faults = new Fault[4];
    Arrays.fill(faults, Fault.BUSY);
    store.onWrite(faults);
    assertBlocked();
    clock.advance(Duration.ofSeconds(4));
    assertBlocked();
    clock.advance(Duration.ofSeconds(2));
    assertThrows(StoreException.class, () -> consumer.step());
    consumer.close();
    assertEquals(2, broker.waiting(QUEUE).size(), "nothing is held meanwhile");
    assertThrows(
        StoreException.class, () -> BatchConsumer.requireReady(store, outbox, OUTBOX_LIMIT));
    BatchConsumer.requireReady(store, outbox, OUTBOX_LIMIT);
  }

  @Test
  void aStoreThatRecoversInBetweenIsGivenItsTimeAnew() throws Exception {
    put("a");
    store.onWrite(Fault.BUSY);
    assertBlocked();
    clock.advance(Duration.ofSeconds(4));
    assertWorked();
    put("b");
    clock.advance(Duration.ofSeconds(4));
    store.onWrite(Fault.BUSY);
    assertBlocked();
    assertWorked();
    assertEffects("a", "b");
  }

  @Test
  void closingGivesTheConnectionUpAndThrowsNothingWhateverTheStoreThrows() throws Exception {
    put("a");
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    store.onWrite(Fault.NONE, Fault.BUSY);
    assertBlocked();
    store.onWrite(Fault.DEFECT);
    consumer.close();
    assertEquals(1, broker.waiting(QUEUE).size());
  }

  private void connect() {
    subscription = broker.subscription(QUEUE);
    consumer =
        new BatchConsumer<>(
            subscription,
            store,
            outbox,
            handler,
            ConsumerMetrics.NONE,
            OUTBOX_LIMIT,
            clock,
            this::nanoTime,
            LoggerFactory.getLogger("Test"));
  }

  private long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(clock.millis());
  }

  /** As kill -9 would: nothing is closed, the broker takes back what was not acknowledged. */
  private void crash() {
    assertThrows(SimulatedCrash.class, () -> consumer.step());
    subscription.lose();
    connect();
  }

  @Test
  void thatADeadLetterCameBackIsOnRecordOnceItIsUnderstood() throws Exception {
    broker.put(replay(new OrderPlaced("a", "widget", 1, "u"), "2"));
    broker.put(replay(new OrderPlaced("a", "widget", 1, "u"), "2"));
    broker.put(replay(new OrderPlaced("a", "widget", 9, "u"), "3"));
    put("b");
    assertWorked();
    assertEquals(
        Map.of("replays", List.of(Map.of("number", 2L, "at", clock.instant().toString()))),
        replays("a"));
    assertEquals(Map.of("replays", List.of()), replays("b"));
    assertEquals(List.of("conflict"), reasons());
  }

  private Map<String, Object> replays(String orderId) {
    return real.read(tx -> ReplayLog.with(tx, orderId, Map.of()));
  }

  private static Message replay(OrderPlaced order, String times) {
    return new Message(
        "order_events",
        "order.placed",
        Amqp.with(MessageProperties.none(), DeadLetter.REPLAYS, times),
        EventCodec.encode(order));
  }

  private void put(String... orderIds) {
    for (String id : orderIds) {
      broker.put(message(new OrderPlaced(id, "widget", 1, "u")));
    }
  }

  private void putPoison() {
    broker.put(
        new Message("order_events", "order.placed", MessageProperties.none(), "x".getBytes(UTF_8)));
  }

  private void putPoison(String messageId) {
    MessageProperties properties =
        Amqp.properties(new BasicProperties.Builder().messageId(messageId));
    broker.put(new Message("order_events", "order.placed", properties, "x".getBytes(UTF_8)));
  }

  private static Message message(OrderPlaced order) {
    return new Message(
        "order_events", "order.placed", MessageProperties.none(), EventCodec.encode(order));
  }

  private void assertWorked() throws InterruptedException {
    assertInstanceOf(StepResult.Worked.class, consumer.step());
  }

  private void assertBlocked() throws InterruptedException {
    assertInstanceOf(StepResult.Blocked.class, consumer.step());
  }

  private void assertEffects(String... orderIds) {
    assertEquals(List.of(orderIds), real.read(RecordingHandler::effects));
  }

  private List<Message> deadLetters() {
    return real.read(tx -> outbox.deadLetters().read(tx, 0, 1_000, Long.MAX_VALUE)).stream()
        .map(Lane.Entry::message)
        .toList();
  }

  private List<String> reasons() {
    return deadLetters().stream()
        .map(message -> String.valueOf(message.properties().header(DeadLetter.REASON)))
        .toList();
  }

  private List<String> ids() {
    return deadLetters().stream()
        .map(message -> String.valueOf(message.properties().header(DeadLetter.ID)))
        .toList();
  }

  private long suspects() {
    return rows("suspects");
  }

  private long rows(String table) {
    return real.read(tx -> tx.query("SELECT count(*) FROM " + table, row -> row.number(1)))
        .getFirst();
  }
}
