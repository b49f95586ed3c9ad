package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import orderflow.delivery.Outbox.Publication;
import orderflow.event.EventCodec;
import orderflow.event.InventoryOutcome;
import orderflow.event.InventoryOutcome.Status;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Topology;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.testing.FaultyStore;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedPublisher;
import orderflow.testing.SimulatedCrash;
import orderflow.testing.SteppingClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RelayTest {
  private static final String DEAD_LETTERS = Topology.deadLetterQueue(Topology.ORDER_PLACED);
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;

  private final ScriptedBroker broker = new ScriptedBroker();
  private final Outbox outbox = new Outbox();
  private Lane lane = outbox.events();
  private final SteppingClock clock = new SteppingClock();
  private Store real;
  private FaultyStore store;
  private ScriptedPublisher publisher;
  private Relay relay;

  @BeforeEach
  void start() {
    real =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(List.of(Outbox.SCHEMA, Outbox.PUBLISHED_SCHEMA))
                .then(Outbox.CONFIRMED_SCHEMA)
                .then(Outbox.LANES_SCHEMA));
    store = new FaultyStore(real);
    connect(broker.publisher());
  }

  @AfterEach
  void stop() {
    real.close();
  }

  @Test
  void entriesArePublishedInOrderAndForgottenOnceConfirmed() throws Exception {
    append(3);
    assertInstanceOf(StepResult.Worked.class, relay.step());
    assertEquals(List.of(1L, 2L, 3L), publisher.published());
    assertInstanceOf(StepResult.Idle.class, relay.step());
    assertEquals(List.of(1L, 2L, 3L), entries(), "nothing is confirmed yet");
    publisher.confirm(1);
    publisher.confirm(2);
    publisher.confirm(3);
    assertInstanceOf(StepResult.Worked.class, relay.step());
    assertEquals(List.of(), entries());
    assertEquals(List.of("o-1", "o-2", "o-3"), arrived());
  }

  @Test
  void onlyWhatWasConfirmedIsForgottenWhateverItsOrder() throws Exception {
    append(5);
    relay.step();
    publisher.confirm(4);
    publisher.confirm(2);
    publisher.confirm(1);
    relay.step();
    assertEquals(List.of(3L, 5L), entries());
  }

  @Test
  void whenItWasPublishedIsOnRecordOnceItIsConfirmed() throws Exception {
    append(2);
    relay.step();
    clock.advance(Duration.ofSeconds(1));
    append(1);
    relay.step();
    clock.advance(Duration.ofSeconds(1));
    publisher.confirm(1);
    publisher.confirm(3);
    relay.step();
    assertEquals(Optional.of(NOW), publishedAt(1), "when it was sent, not when it was confirmed");
    assertEquals(Optional.empty(), publishedAt(2), "it waits");
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(3));

    publisher.confirm(2);
    relay.step();

    assertEquals(Optional.of(NOW), publishedAt(1));
    assertEquals(Optional.of(NOW), publishedAt(2));
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(3));
    assertEquals(Optional.empty(), publishedAt(4), "there is no such entry yet");
  }

  /** While an alarm blocks it, the broker confirms late what was sent long before. */
  @Test
  void whenItWasConfirmedIsOnRecordBesideWhenItWasSent() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    relay.step();
    publisher.block("low on memory");
    clock.advance(Duration.ofSeconds(40));
    publisher.confirm(2);
    relay.step();
    publisher.unblock();
    clock.advance(Duration.ofSeconds(7));
    relay.step();
    assertEquals(Optional.of(new Publication(NOW, NOW)), publication(1));
    assertEquals(Optional.of(new Publication(NOW, NOW.plusSeconds(40))), publication(2));
  }

  @Test
  void whatWasPublishedBeforeConfirmsWereWrittenDownHasNone() {
    real.write(
        Durability.RELAXED,
        tx -> tx.update("INSERT INTO published (up_to, at) VALUES (9, ?)", NOW.toEpochMilli()));
    assertEquals(Optional.of(new Publication(NOW, null)), publication(9));
  }

  private Optional<Publication> publication(long id) {
    return real.read(tx -> outbox.publication(tx, id));
  }

  @Test
  void whatALaterSessionHadToSendAgainWasPublishedThen() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    relay.step();
    publisher.lose();
    assertThrows(MessagingException.class, () -> relay.step());
    relay.close();
    clock.advance(Duration.ofSeconds(1));
    connect(broker.publisher().confirmingAtOnce());
    settle();
    assertEquals(Optional.of(NOW), publishedAt(1));
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(2));
  }

  private void forget(List<Long> ids, Map<Long, Instant> sent) {
    real.write(
        Durability.RELAXED,
        tx -> {
          lane.delete(tx, ids, sent::get, NOW);
          return ids.size();
        });
  }

  private Optional<Instant> publishedAt(long id) {
    return real.read(tx -> outbox.publication(tx, id)).map(Publication::at);
  }

  @Test
  void afterALossItIsResentFromTheOldestThatIsLeft() throws Exception {
    append(4);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(3);
    relay.step();
    publisher.take(2);
    publisher.lose();
    assertThrows(MessagingException.class, () -> relay.step());
    relay.close();
    assertEquals(List.of(2L, 4L), entries());
    connect(broker.publisher().confirmingAtOnce());
    settle();
    assertEquals(List.of(2L, 4L), publisher.published());
    assertEquals(List.of(), entries());
    assertEquals(List.of("o-1", "o-3", "o-2", "o-2", "o-4"), arrived(), "twice rather than never");
  }

  /** The session goes on: a nack is about one message. */
  @Test
  void aRefusedMessageIsKeptAndItsNeighboursAreForgotten() throws Exception {
    append(3);
    relay.step();
    publisher.confirm(1);
    publisher.nack(2);
    publisher.confirm(3);
    assertImpaired(
        "order_placed refuses messages (full, or without a majority of its replicas)",
        relay.step());
    assertEquals(List.of(2L), entries());
    assertEquals(List.of(1L, 2L, 3L), publisher.published(), "nothing is sent again at once");
  }

  @Test
  void aMessageThatNoQueueTakesIsKeptAndItsNeighboursAreForgotten() throws Exception {
    append(3);
    relay.step();
    publisher.confirm(1);
    publisher.giveBack(2);
    publisher.confirm(3);
    assertImpaired(
        "no queue takes messages for key 'order.placed'; it is for order_placed", relay.step());
    assertEquals(List.of(2L), entries());
  }

  @Test
  void aRefusedMessageIsTriedAgainAloneWithBackOffUntilItIsTaken() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.nack(2);
    relay.step();
    relay.step();
    assertEquals(List.of(1L, 2L), publisher.published());
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofSeconds(1));
      relay.step();
      if (publisher.outstanding() > 0) {
        publisher.nack(2);
        relay.step();
      }
    }
    long tries = publisher.published().stream().filter(id -> id == 2).count();
    assertTrue(tries >= 20 && tries <= 30, () -> "so many tries in 100 s: " + tries);
    clock.advance(Duration.ofSeconds(5));
    relay.step();
    publisher.confirm(2);
    relay.step();
    assertEquals(List.of(), entries());
    assertInstanceOf(StepResult.Idle.class, relay.step());
  }

  /** All its dead letters are for one queue, so the first that is refused keeps the others. */
  @Test
  void inALaneWithOneDestinationTheRestWaitsInOrderBehindTheRefusedMessage() throws Exception {
    broker.limit(DEAD_LETTERS, 1);
    lane = outbox.deadLetters();
    connect(broker.publisher().confirmingAtOnce());
    appendDeadLetters(1, 3);
    settle();
    assertEquals(List.of("1"), deadLetters());
    appendDeadLetters(4, 600);
    for (int i = 0; i < 50; i++) {
      clock.advance(Duration.ofMillis(200));
      assertImpaired(
          DEAD_LETTERS + " refuses messages (full, or without a majority of its replicas)",
          relay.step());
    }
    assertTrue(publisher.published().size() < 20, () -> publisher.published().toString());
    assertEquals(List.of("1"), deadLetters(), "no copies");
    broker.limit(DEAD_LETTERS, 10_000);
    clock.advance(Duration.ofSeconds(5));
    for (int i = 0; i < 20 && !entries().isEmpty(); i++) {
      relay.step();
    }
    assertEquals(IntStream.rangeClosed(1, 600).mapToObj(String::valueOf).toList(), deadLetters());
  }

  @Test
  void aDestinationThatRefusesHoldsUpNoOtherLane() throws Exception {
    broker.limit(DEAD_LETTERS, 0);
    appendDeadLetters(1, 3);
    append(3);
    lane = outbox.deadLetters();
    connect(broker.publisher().confirmingAtOnce());
    settle();
    lane = outbox.events();
    connect(broker.publisher().confirmingAtOnce());
    settle();
    assertEquals(List.of("o-1", "o-2", "o-3"), arrived());
    assertEquals(3, real.read(outbox::depth));
    assertEquals(0, real.read(outbox.events()::depth));
  }

  /** Inventory's outcomes: those that failed do not wait for a queue that only the others need. */
  @Test
  void amongEventsOthersPassAFewThatAreRefused() throws Exception {
    broker.limit(Topology.INVENTORY_RESERVED, 0);
    connect(broker.publisher().confirmingAtOnce());
    for (int i = 0; i < 200; i++) {
      append(outcome("r-" + i, i % 10 == 0 ? Status.RESERVED : Status.FAILED));
    }
    settle();
    assertEquals(180, broker.waiting(Topology.ORDER_OUTCOME).size());
    assertEquals(20, entries().size());
    assertEquals(20, real.read(outbox::depth), "what has passed does not count");
    for (int i = 0; i < 200; i++) {
      append(outcome("s-" + i, Status.RESERVED));
    }
    for (int i = 0; i < 20; i++) {
      relay.step();
    }
    assertEquals(180 + RefusedMessages.MAX_BYPASSED, publisher.published().size(), "then all wait");
    broker.limit(Topology.INVENTORY_RESERVED, 1_000);
    clock.advance(Duration.ofSeconds(5));
    for (int i = 0; i < 300 && !entries().isEmpty(); i++) {
      relay.step();
    }
    assertEquals(List.of(), entries());
    assertEquals(220, broker.waiting(Topology.INVENTORY_RESERVED).size());
  }

  /** A wall clock that was wrong and was put right again. */
  @Test
  void aClockThatGoesBackPutsOffNothing() throws Exception {
    clock.advance(Duration.ofDays(1));
    append(1);
    relay.step();
    publisher.nack(1);
    relay.step();
    clock.advance(Duration.ofDays(-1));
    relay.step();
    assertEquals(List.of(1L, 1L), publisher.published());
  }

  @Test
  void whatWasConfirmedBeforeTheChannelWasLostIsForgotten() throws Exception {
    append(3);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(3);
    publisher.failPublishes();
    append(1);
    assertThrows(MessagingException.class, () -> relay.step());
    assertEquals(List.of(2L, 4L), entries());
  }

  /** The message that closes the channel is found by sending those around it one by one, once. */
  @Test
  void aMessageOverWhichTheBrokerClosesTheChannelIsFoundAndWaitsAlone() throws Exception {
    append(10);
    for (int i = 0; i < 12; i++) {
      connect(broker.publisher().confirmingAtOnce().closingAt("o-4"));
      try {
        for (int n = 0; n < 20; n++) {
          relay.step();
        }
        break;
      } catch (MessagingException e) {
        relay.close();
      }
    }
    assertEquals(List.of(4L), entries());
    assertEquals(
        List.of("o-1", "o-2", "o-3", "o-5", "o-6", "o-7", "o-8", "o-9", "o-10"),
        arrived().stream().distinct().toList());
    assertImpaired("message size 5 is larger than configured max size 4", relay.step());
    clock.advance(Duration.ofMinutes(1));
    assertThrows(MessagingException.class, () -> relay.step(), "it is tried again alone");
    append(1);
    connect(broker.publisher().confirmingAtOnce().closingAt("o-4"));
    relay.step();
    relay.step();
    assertEquals(List.of(4L), entries(), "others pass");
    clock.advance(Duration.ofMinutes(1));
    connect(broker.publisher().confirmingAtOnce());
    settle();
    assertEquals(List.of(), entries());
  }

  /** A broker that answers nothing is not sent a whole window each time. */
  @Test
  void afterABrokerThatDidNotAnswerOneMessageGoesFirst() throws Exception {
    append(100);
    relay.step();
    assertEquals(100, publisher.published().size());
    publisher.lose();
    assertThrows(MessagingException.class, () -> relay.step());
    for (int i = 0; i < 3; i++) {
      connect(broker.publisher());
      assertImpaired("the connection was lost", relay.step());
      assertImpaired("the connection was lost", relay.step());
      assertEquals(List.of(1L), publisher.published());
      publisher.lose();
      assertThrows(MessagingException.class, () -> relay.step());
    }
    connect(broker.publisher().confirmingAtOnce());
    settle();
    assertEquals(List.of(), entries());
    assertEquals(100, publisher.published().size());
  }

  @Test
  void aStoreThatCannotBeReadJustNowDoesNotEndTheSession() throws Exception {
    append(1);
    store.onRead(Fault.BUSY);
    assertInstanceOf(StepResult.Blocked.class, relay.step());
    relay.step();
    assertEquals(List.of(1L), publisher.published());
  }

  /** {@link TopologyKeeper} redeclares a deleted queue. */
  @Test
  void unroutableMessagesArePublishedOnceTheirQueueIsRedeclared() throws Exception {
    append(2);
    broker.delete(Topology.ORDER_PLACED);
    connect(broker.publisher().confirmingAtOnce());
    relay.step();
    relay.step();
    assertEquals(List.of(1L, 2L), entries());
    broker.declare(Topology.ORDER_PLACED);
    clock.advance(Duration.ofSeconds(5));
    settle();
    assertEquals(List.of("o-1", "o-2"), arrived());
  }

  @Test
  void whatWaitsInADatabaseFromBeforeTheLanesGoesIntoItsLane() throws Exception {
    openFromBeforeTheLanes(1, 2, 3, 4);
    assertEquals(NOW.plusSeconds(2).toEpochMilli(), real.read(outbox.deadLetters()::oldestMillis));
    append(1);
    appendDeadLetters(6, 6);
    for (Lane each : List.of(outbox.events(), outbox.deadLetters())) {
      lane = each;
      connect(broker.publisher().confirmingAtOnce());
      settle();
    }
    assertEquals(List.of("o-1", "o-3", "o-1"), arrived());
    assertEquals(List.of("2", "4", "6"), deadLetters());
  }

  @Test
  void deadLettersThatLayFarApartBeforeTheLanesCountAsThoseThatThereAre() throws Exception {
    openFromBeforeTheLanes(5, 6, 900_004, 900_005);
    assertEquals(2, real.read(outbox.deadLetters()::depth));
    lane = outbox.deadLetters();
    connect(broker.publisher().confirmingAtOnce());
    settle();
    assertEquals(List.of("6", "900004"), deadLetters());
  }

  /** With an entry for each of {@code ids}; the even ones are dead letters. */
  private void openFromBeforeTheLanes(int... ids) {
    real.close();
    Path file = folder.resolve("old");
    Schema old =
        Schema.of(List.of(Outbox.SCHEMA, Outbox.PUBLISHED_SCHEMA)).then(Outbox.CONFIRMED_SCHEMA);
    try (Store before = SqliteStore.open(file, old)) {
      before.write(
          Durability.SYNCED,
          tx -> {
            for (int id : ids) {
              Message message =
                  id % 2 == 0 ? deadLetter(id) : Message.of(order("o-" + id), NOW, "test");
              tx.update(
                  "INSERT INTO outbox (id, exchange, routing_key, properties, body, appended_at)"
                      + " VALUES (?, ?, ?, ?, ?, ?)",
                  id,
                  message.exchange(),
                  message.routingKey(),
                  message.properties().encode(),
                  message.body(),
                  NOW.plusSeconds(id).toEpochMilli());
            }
            return ids.length;
          });
    }
    real = SqliteStore.open(file, old.then(Outbox.LANES_SCHEMA));
    store = new FaultyStore(real);
  }

  @Test
  void whileAnAlarmBlocksNothingIsPublishedAndAfterwardsItGoesOn() throws Exception {
    append(1);
    publisher.block("low on memory");
    for (int i = 0; i < 3; i++) {
      StepResult.Blocked blocked = assertInstanceOf(StepResult.Blocked.class, relay.step());
      assertTrue(blocked.reason().contains("low on memory"));
    }
    assertEquals(List.of(), publisher.published());
    publisher.unblock();
    relay.step();
    assertEquals(List.of(1L), publisher.published());
  }

  @Test
  void whatWaitsForConfirmsIsBounded() throws Exception {
    append(3 * ScriptedPublisher.WINDOW);
    for (int i = 0; i < 20; i++) {
      relay.step();
    }
    assertEquals(ScriptedPublisher.WINDOW, publisher.published().size());
    for (long id = 1; id <= ScriptedPublisher.WINDOW; id++) {
      publisher.confirm(id);
    }
    for (int i = 0; i < 20; i++) {
      relay.step();
    }
    assertEquals(
        LongStream.rangeClosed(1, 2L * ScriptedPublisher.WINDOW).boxed().toList(),
        publisher.published());
  }

  @Test
  void aCrashBetweenConfirmAndForgettingMakesADuplicateAndNoLoss() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(2);
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    assertThrows(SimulatedCrash.class, () -> relay.step());
    connect(broker.publisher().confirmingAtOnce());
    settle();
    assertEquals(List.of("o-1", "o-2", "o-1", "o-2"), arrived());
    assertEquals(List.of(), entries());
  }

  @Test
  void whatCannotBeForgottenJustNowIsForgottenLaterWithoutBeingResent() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(2);
    store.onWrite(Fault.FULL, Fault.ANSWER_LOST);
    assertInstanceOf(StepResult.Blocked.class, relay.step());
    assertInstanceOf(StepResult.Blocked.class, relay.step());
    relay.step();
    assertEquals(List.of(), entries());
    assertEquals(List.of(1L, 2L), publisher.published());
  }

  /** Each would be sent again if the process ended before the store has recovered. */
  @Test
  void whileNothingCanBeForgottenOnlySoMuchIsPublished() throws Exception {
    append(6 * ScriptedPublisher.WINDOW);
    connect(broker.publisher().confirmingAtOnce());
    for (int i = 0; i < 40; i++) {
      store.onWrite(Fault.FULL);
      relay.step();
    }
    assertTrue(
        publisher.published().size() <= ScriptedPublisher.WINDOW / 2,
        () -> publisher.published().size() + " were published");
  }

  /** Each commit costs the disk something, so entries are forgotten in batches while it is busy. */
  @Test
  void whileThereIsMoreToPublishConfirmedEntriesAreForgottenInBatches() throws Exception {
    append(2 * ScriptedPublisher.WINDOW);
    relay.step();
    confirm(1, 500);
    relay.step();
    assertEquals(1L, entries().getFirst());
    confirm(501, 512);
    relay.step();
    assertEquals(513L, entries().getFirst());
  }

  /** A window with little room waits for more of it, rather than to read a few rows at a time. */
  @Test
  void aNearlyFullWindowWaitsForConfirms() throws Exception {
    append(ScriptedPublisher.WINDOW + 1);
    for (int i = 0; i < 5; i++) {
      relay.step();
    }
    assertEquals(ScriptedPublisher.WINDOW, publisher.published().size());
    confirm(1, 127);
    relay.step();
    assertInstanceOf(StepResult.Idle.class, relay.step());
    assertEquals(ScriptedPublisher.WINDOW, publisher.published().size());
    confirm(128, 128);
    relay.step();
    relay.step();
    assertEquals(ScriptedPublisher.WINDOW + 1, publisher.published().size());
  }

  @Test
  void itWaitsForConfirmsOnlyWhenThereIsNothingToPublish() throws Exception {
    append(1);
    relay.step();
    assertEquals(Duration.ZERO, publisher.waits().getLast());
    relay.step();
    assertTrue(publisher.waits().getLast().isPositive());
  }

  @Test
  void withNothingToDoItWaitsForTheNextCommitAndWithConfirmsUnderWayItDoesNot() throws Exception {
    append(1);
    relay.step();
    outbox.committed();
    relay.step();
    assertTrue(lane.appended().await(Duration.ZERO), "nobody waited for it");
    publisher.confirm(1);
    relay.step();
    outbox.committed();
    assertInstanceOf(StepResult.Idle.class, relay.step());
    assertFalse(lane.appended().await(Duration.ZERO), "it woke the relay");
  }

  @Test
  void drainingWaitsForTheConfirmsThatAreStillToCome() throws Exception {
    append(3);
    relay.step();
    publisher.confirmingOneALook();
    relay.drain(Duration.ofDays(1));
    assertEquals(List.of(), entries());
    assertEquals(List.of(1L, 2L, 3L), publisher.published());
  }

  @Test
  void closingGivesTheConnectionUp() {
    relay.close();
    assertThrows(MessagingException.class, () -> publisher.confirmedIds(Duration.ZERO));
  }

  @Test
  void drainingCollectsTheConfirmsThatAreThere() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(2);
    relay.drain(Duration.ofSeconds(1));
    assertEquals(List.of(), entries());
  }

  @Test
  void drainingDoesNotWaitForConfirmsForEver() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    relay.drain(Duration.ofMillis(20));
    assertEquals(List.of(2L), entries());
  }

  @Test
  void idsAreNeverReusedSoNothingIsSkipped() throws Exception {
    connect(broker.publisher().confirmingAtOnce());
    append(2);
    settle();
    assertEquals(List.of(), entries());
    append(1);
    settle();
    assertEquals(List.of(1L, 2L, 3L), publisher.published());
    assertEquals(List.of(), entries());
  }

  @Test
  void forgettingTakesExactlyTheIdsItIsGiven() {
    append(10);
    Map<Long, Instant> sent = new HashMap<>();
    LongStream.rangeClosed(1, 7).forEach(id -> sent.put(id, NOW));
    LongStream.rangeClosed(8, 10).forEach(id -> sent.put(id, NOW.plusSeconds(1)));
    forget(List.of(), sent);
    forget(List.of(1L, 2L, 4L, 6L, 7L, 8L, 10L), sent);
    assertEquals(Optional.of(NOW), publishedAt(7));
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(8));
    assertEquals(List.of(3L, 5L, 9L), entries());
    assertEquals(7L, real.read(outbox::depth));
    assertEquals(NOW.toEpochMilli(), real.read(outbox::oldestMillis));
  }

  @Test
  void anEmptyOutboxHasNoDepthAndNoOldest() {
    assertEquals(0L, real.read(outbox::depth));
    assertEquals(0L, real.read(outbox::oldestMillis));
  }

  @Test
  void whatIsTakenIsBoundedByCountAndBytesButNeverNothing() {
    append(5);
    int size = real.read(tx -> lane.read(tx, 0, 1, 1)).getFirst().message().body().length;
    assertEquals(2, real.read(tx -> lane.read(tx, 0, 2, Long.MAX_VALUE)).size());
    assertEquals(1, real.read(tx -> lane.read(tx, 0, 5, 1)).size());
    assertEquals(1, real.read(tx -> lane.read(tx, 0, 5, size)).size());
    assertEquals(2, real.read(tx -> lane.read(tx, 0, 5, size + 1)).size());
    assertEquals(4L, real.read(tx -> lane.read(tx, 3, 5, 1)).getFirst().id());
  }

  @Test
  void aMessageComesOutOfTheOutboxAsItWentIn() {
    append(1);
    Message message = real.read(tx -> lane.read(tx, 0, 1, 1)).getFirst().message();
    assertEquals("order_events", message.exchange());
    assertEquals("order.placed", message.routingKey());
    assertEquals("OrderPlaced:o-1", message.properties().messageId());
    assertEquals("OrderPlaced", message.properties().type());
    assertEquals("1.0", message.properties().header("cloudEvents:specversion"));
  }

  private void connect(ScriptedPublisher next) {
    publisher = next;
    relay = new Relay(store, lane, next, clock, nanos -> {});
  }

  private static void assertImpaired(String why, StepResult step) {
    assertEquals(why, assertInstanceOf(StepResult.Impaired.class, step).reason());
  }

  private static InventoryOutcome outcome(String id, Status status) {
    return new InventoryOutcome(id, status, "u", "widget", 1, null);
  }

  private void append(InventoryOutcome outcome) {
    real.write(Durability.SYNCED, tx -> outbox.append(tx, Message.of(outcome, NOW, "test"), NOW));
  }

  private void appendDeadLetters(int first, int last) {
    real.write(
        Durability.SYNCED,
        tx -> {
          for (int i = first; i <= last; i++) {
            outbox.append(tx, deadLetter(i), NOW);
          }
          return last;
        });
  }

  private static Message deadLetter(int number) {
    return new Message(
        "", DEAD_LETTERS, MessageProperties.none(), String.valueOf(number).getBytes(UTF_8));
  }

  private List<String> deadLetters() {
    return broker.waiting(DEAD_LETTERS).stream()
        .map(message -> new String(message.body(), UTF_8))
        .toList();
  }

  private void confirm(long first, long last) {
    LongStream.rangeClosed(first, last).forEach(publisher::confirm);
  }

  private void settle() throws InterruptedException {
    for (int i = 0; i < 10 && !entries().isEmpty(); i++) {
      relay.step();
    }
  }

  private void append(int count) {
    real.write(
        Durability.SYNCED,
        tx -> {
          for (int i = 1; i <= count; i++) {
            outbox.append(tx, Message.of(order("o-" + i), NOW, "test"), NOW);
          }
          return count;
        });
  }

  private static OrderPlaced order(String id) {
    return new OrderPlaced(id, "widget", 1, "u");
  }

  private List<Long> entries() {
    return real.read(tx -> lane.read(tx, 0, 100_000, Long.MAX_VALUE)).stream()
        .map(Lane.Entry::id)
        .toList();
  }

  private List<String> arrived() {
    List<String> ids = new ArrayList<>();
    for (Message message : broker.waiting(Topology.ORDER_PLACED)) {
      ids.add(EventCodec.decodeOrderPlaced(message.body()).orderId());
    }
    return ids;
  }
}
