package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import orderflow.messaging.Delivery;
import orderflow.messaging.Topology;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.testing.Amqp;
import orderflow.testing.FaultyStore;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedSubscription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterLogTest {
  private static final String QUEUE = Topology.ORDER_PLACED;

  @TempDir Path folder;

  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
  private final ScriptedSubscription subscription = new ScriptedBroker().subscription(QUEUE);
  private Store store;
  private DeadLetterLog log;

  @BeforeEach
  void start() {
    store = SqliteStore.open(folder.resolve("db"), Schema.of(List.of(DeadLetterLog.SCHEMA)));
    log = new DeadLetterLog(QUEUE, random);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aMessageWithAnIdIsKnownAgainWhereverItIs() {
    bury(List.of(first(1, "head", null), first(2, "x", "m-2")), 2);
    crash();
    assertEquals(Set.of(1L), recognise(again(1, "x", "m-2"), again(2, "x", "m-3")));
  }

  /** Else a message with the same bytes, sent after the other was acknowledged, would vanish. */
  @Test
  void aMessageWithoutAnIdIsKnownAgainOnlyWhenItsBatchComesAgain() {
    for (String none : new String[] {"", null}) {
      bury(List.of(first(1, "head", none), first(2, "x", none)), 2);
      crash();
      assertEquals(Set.of(), recognise(again(1, "x", none)));
      assertEquals(Set.of(2L), recognise(again(1, "head", none), again(2, "x", none)));
      crash();
      store.write(Durability.RELAXED, tx -> tx.update("DELETE FROM dead_lettered"));
    }
  }

  @Test
  void anyOfItsBatchTellsThatTheRestComesToo() {
    bury(List.of(first(1, "head", null), first(2, "x", null), first(3, "y", null)), 2);
    crash();
    assertEquals(Set.of(), recognise(again(1, "y", null)), "the head is with somebody else");
    assertEquals(Set.of(1L), recognise(again(1, "x", null)));
  }

  @Test
  void asManyCopiesAreKnownAgainAsHaveADeadLetter() {
    bury(List.of(first(1, "x", null), first(2, "x", null)), 1, 2);
    crash();
    assertEquals(
        Set.of(1L, 2L), recognise(again(1, "x", null), again(2, "x", null), again(3, "x", null)));
  }

  @Test
  void whatTheStoreFailedToAnswerIsAnsweredTheSameTheNextTime() {
    bury(List.of(first(1, "x", "m")), 1);
    crash();
    Delivery back = again(1, "x", "m");
    log.begin(List.of(back));
    assertEquals(Set.of(1L), log.recognise(store, List.of(back)));
    assertEquals(Set.of(1L), log.recognise(store, List.of(back)));
  }

  @Test
  void whileNothingIsKnownNothingIsWritten() {
    Delivery back = again(1, "x", "m");
    log.begin(List.of(back));
    Store refusing = new FaultyStore(store).onWrite(Fault.REFUSED);
    assertEquals(Set.of(), log.recognise(refusing, List.of(back)));
  }

  @Test
  void aBatchThatIsTriedAgainHasNoSecondDeadLetter() {
    Delivery poison = first(1, "x", null);
    log.begin(List.of(poison));
    assertTrue(add(poison));
    String id = log.id(poison);
    assertFalse(add(poison), "its commit had gone through");
    assertEquals(id, log.id(poison));
  }

  @Test
  void eachDeadLetterHasAnIdOfItsOwn() {
    Delivery one = first(1, "x", null);
    Delivery two = first(2, "x", null);
    log.begin(List.of(one, two));
    String id = log.id(one);
    assertNotEquals(id, log.id(two));
    log.begin(List.of(one));
    assertNotEquals(id, log.id(one), "another message, in another batch");
  }

  @Test
  void aBatchWithoutDeadLettersLeavesNothingToAskTheBroker() {
    bury(List.of(first(1, "x", null)), 1);
    crash();
    log.begin(List.of(first(1, "fine", null)));
    log.settled(subscription);
    recognise(again(2, "fine", null));
    log.settled(subscription);
    assertEquals(0, subscription.receipts());
  }

  @Test
  void whatIsKnownAgainIsForgottenOnceTheBrokerIsDoneWithIt() {
    bury(List.of(first(1, "x", null)), 1);
    crash();
    subscription.withholdAckBarriers();
    recognise(again(1, "x", null));
    log.settled(subscription);
    log.collect(store, subscription);
    assertEquals(1, rows(), "the acknowledgement may still be lost");
    subscription.releaseAckBarriers();
    log.collect(store, subscription);
    assertEquals(0, rows());
  }

  @Test
  void whatIsAcknowledgedWhileTheBrokerIsAskedIsForgottenNext() {
    subscription.withholdAckBarriers();
    for (long tag = 1; tag <= 3; tag++) {
      bury(List.of(first(tag, "x", null)), tag);
      log.settled(subscription);
    }
    assertEquals(1, subscription.receipts(), "one question at a time");
    subscription.releaseAckBarriers();
    log.collect(store, subscription);
    assertEquals(2, rows());
    log.collect(store, subscription);
    assertEquals(0, rows());
    log.collect(store, subscription);
    log.collect(store, subscription);
    assertEquals(2, subscription.receipts(), "and none when there is nothing to forget");
  }

  /** Notes dead letters for those of {@code batch} with these tags. */
  private void bury(List<Delivery> batch, long... tags) {
    log.begin(batch);
    for (long tag : tags) {
      batch.stream().filter(delivery -> delivery.tag() == tag).forEach(this::add);
    }
  }

  private boolean add(Delivery delivery) {
    return store.write(Durability.SYNCED, tx -> log.add(tx, delivery));
  }

  private Set<Long> recognise(Delivery... batch) {
    log.begin(List.of(batch));
    return log.recognise(store, List.of(batch));
  }

  /** All that was in memory is gone. */
  private void crash() {
    log = new DeadLetterLog(QUEUE, random);
  }

  private long rows() {
    return store
        .read(tx -> tx.query("SELECT count(*) FROM dead_lettered", row -> row.number(1)))
        .getFirst();
  }

  private static Delivery first(long tag, String body, @Nullable String messageId) {
    return delivery(tag, false, body, messageId);
  }

  private static Delivery again(long tag, String body, @Nullable String messageId) {
    return delivery(tag, true, body, messageId);
  }

  private static Delivery delivery(
      long tag, boolean redelivered, String body, @Nullable String messageId) {
    return new Delivery(
        tag,
        redelivered,
        QUEUE,
        "order_events",
        "order.placed",
        Amqp.properties(new BasicProperties.Builder().messageId(messageId)),
        body.getBytes(UTF_8));
  }
}
