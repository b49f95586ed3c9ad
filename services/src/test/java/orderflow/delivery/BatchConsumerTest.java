package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orderflow.messaging.Delivery;
import orderflow.messaging.ForwardingSubscription;
import orderflow.messaging.Subscription;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.testing.Await;
import orderflow.testing.FaultyStore.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchConsumerTest extends BatchConsumerFixture {
  @Test
  void batchIsCommittedAndAcknowledgedAsAWhole() throws Exception {
    put("a", "b", "c");
    assertWorked();
    assertEffects("a", "b", "c");
    assertEquals(List.of(List.of("a", "b", "c")), handler.transactions());
    assertEquals(1, subscription.acked().size());
    assertInstanceOf(StepResult.Idle.class, consumer.step());
  }

  @Test
  void batchSizeIsBounded() throws Exception {
    for (int i = 0; i < BatchConsumer.MAX_BATCH + 1; i++) {
      put("o-" + i);
    }
    assertWorked();
    assertEquals(BatchConsumer.MAX_BATCH, subscription.acked().getFirst().size());
    assertWorked();
    assertEquals(1, subscription.acked().getLast().size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"BUSY", "FULL", "FAILED_BEFORE_COMMIT"})
  void transientFaultRetriesTheBatchWithoutAcknowledging(Fault fault) throws Exception {
    put("a", "b");
    store.onWrite(fault, fault);
    assertBlocked();
    assertEffects();
    assertBlocked();
    assertEquals(0, subscription.acked().size());
    put("c");
    assertWorked();
    assertEffects("a", "b");
    assertEquals(2, subscription.acked().getFirst().size());
    assertEquals(List.of(), deadLetters());
  }

  @Test
  void commitWakesTheRelay() throws Exception {
    assertInstanceOf(StepResult.Idle.class, consumer.step());
    assertFalse(outbox.events().appended().await(Duration.ZERO));
    put("a");
    assertWorked();
    assertTrue(outbox.events().appended().await(Duration.ZERO));
  }

  /** It logs and counts, which must not run ahead of the commit. */
  @Test
  void handlerIsCalledAfterTheCommitOnly() throws Exception {
    put("a", "a");
    store.onWrite(Fault.FAILED_BEFORE_COMMIT);
    assertBlocked();
    assertEquals(List.of(), handler.committed());
    assertWorked();
    assertEquals(
        List.of(new Disposition.Effect("written"), new Disposition.Duplicate()),
        handler.committed());
  }

  /** A retry would end as a dead letter. */
  @Test
  void handlerThatFailsAfterTheCommitChangesNothing() throws Exception {
    handler.throwOnCommitted();
    put("a", "b");
    putPoison();
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of("malformed"), reasons());
    assertEquals(1, handler.transactions().size());
    assertEquals(1, subscription.acked().size());
    assertTrue(outbox.deadLetters().appended().await(Duration.ZERO));
  }

  @Test
  void duplicatesWithinAndAcrossBatchesHaveOneEffect() throws Exception {
    put("a", "a", "b");
    assertWorked();
    put("b", "a");
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of(), deadLetters());
    assertEquals(2, subscription.acked().size());
  }

  @Test
  void fullOutboxStopsTheConsumer() throws Exception {
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
  void drainFinishesTheCurrentBatch() throws Exception {
    put("a");
    store.onWrite(Fault.BUSY);
    assertBlocked();
    consumer.drain(Duration.ofSeconds(1));
    assertEffects("a");
    assertEquals(1, subscription.acked().size());
  }

  @Test
  void drainLeavesTheRestOfASplitBatchAfterItsLimit() throws Exception {
    handler.throwFor("bad");
    put("a", "bad", "b");
    store.onWrite(Fault.NONE, Fault.BUSY);
    assertBlocked();
    consumer.drain(Duration.ZERO);
    assertEffects("a");
    assertEquals(0, subscription.acked().size());
    consumer.close();
    assertEquals(3, broker.waiting(QUEUE).size());
    connect();
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
  }

  /** Between two steps it can be stopped. */
  @Test
  void longBatchIsProcessedInSeveralSteps() throws Exception {
    clock.tick(Duration.ofSeconds(1));
    handler.throwFor("bad");
    put("a", "bad", "b");
    assertWorked();
    assertEquals(1, handler.transactions().size());
    assertWorked();
    assertEffects("a");
    assertEquals(0, subscription.acked().size());
    for (int steps = 0; subscription.acked().isEmpty() && steps < 20; steps++) {
      assertWorked();
    }
    assertEquals(3, subscription.acked().getFirst().size());
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
  }

  @Test
  void messagesReturnToTheQueueWhenTheStoreFailsForSeconds() throws Exception {
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
  void storeThatRecoversGetsTheFullTimeAgain() throws Exception {
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

  /** Hands out copies, so that nothing but the consumer refers to them. */
  private static final class CopyingSubscription extends ForwardingSubscription {
    private final List<WeakReference<Delivery>> copies = new ArrayList<>();
    private List<Delivery> polled = List.of();

    CopyingSubscription(Subscription subscription) {
      super(subscription);
    }

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
      polled = super.poll(max, wait);
      return polled.stream().map(this::copy).toList();
    }

    @Override
    public void ackAll(List<Delivery> batch) {
      super.ackAll(polled);
    }

    private Delivery copy(Delivery of) {
      var copy =
          new Delivery(
              of.tag(),
              of.redelivered(),
              of.queue(),
              of.exchange(),
              of.routingKey(),
              of.properties(),
              of.body());
      copies.add(new WeakReference<>(copy));
      return copy;
    }
  }

  @Test
  void handledMessagesAreNotKept() throws Exception {
    var messages = new CopyingSubscription(subscription);
    consumer = consumer(messages);
    for (int i = 0; i < 5; i++) {
      put("o-" + i);
      putPoison();
      assertWorked();
    }
    assertEquals(10, messages.copies.size());
    Await.until(
        "the messages are collected",
        Duration.ofSeconds(20),
        () -> {
          System.gc();
          return messages.copies.stream().allMatch(copy -> copy.get() == null);
        });
    assertInstanceOf(StepResult.Idle.class, consumer.step());
  }
}
