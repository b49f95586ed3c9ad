package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import orderflow.messaging.MessagingException;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.SimulatedCrash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class BatchConsumerCrashTest extends BatchConsumerFixture {
  @Test
  void commitWithUnknownResultHasOneEffect() throws Exception {
    put("a", "b");
    store.onWrite(Fault.COMMIT_RESULT_LOST);
    assertBlocked();
    assertEquals(0, subscription.acked().size());
    assertWorked();
    assertEffects("a", "b");
    assertEquals(1, subscription.acked().size());
    assertEquals(List.of(), deadLetters());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CRASH_BEFORE_COMMIT", "CRASH_AFTER_COMMIT"})
  void crashBeforeOrAfterTheCommitLosesAndDuplicatesNothing(Fault crash) throws Exception {
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
  void redeliveryAfterALostAckHasNoSecondEffect() throws Exception {
    put("a");
    store.onWrite(Fault.FULL);
    assertBlocked();
    subscription.disconnect();
    assertThrows(MessagingException.class, () -> consumer.step());
    consumer.close();
    assertEffects("a");
    connect();
    assertWorked();
    assertEffects("a");
    assertEquals(List.of(), deadLetters());
  }

  @Test
  void messageThatCrashesTheProcessIsHandledAloneAndGivenUp() throws Exception {
    handler.crashOn("poison");
    put("a", "poison", "b", "c");
    int crashes = 0;
    while (subscription.acked().isEmpty() && crashes < 20) {
      try {
        assertWorked();
      } catch (SimulatedCrash e) {
        crashes++;
        subscription.disconnect();
        connect();
      }
    }
    assertEquals(
        2 + CrashSuspects.MAX_CRASHES,
        crashes,
        "two crashes before it is suspected, then MAX_CRASHES alone");
    assertTrue(
        crashes <= 5, "at most 5 deliveries: a delivery limit of 5 does not drop the message");
    assertEffects("a", "b", "c");
    assertEquals(List.of("processing"), reasons());
    assertInstanceOf(StepResult.Idle.class, consumer.step());
    assertEquals(0, suspects());
  }

  /** A worker closes its loop after an Error, whether or not its thread survives. */
  @Test
  void messageThatThrowsErrorsIsGivenUpAlthoughTheLoopIsClosed() throws Exception {
    handler.crashOn("poison");
    put("a", "poison", "b");
    for (int crashes = 0; crashes < 2 + CrashSuspects.MAX_CRASHES; crashes++) {
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
  void handledRedeliveryLeavesNoCrashSuspects() throws Exception {
    put("a", "b");
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    assertWorked();
    assertEquals(List.of("a", "b"), handler.transactions().getLast(), "together at first");
    assertEquals(0, suspects());
  }

  @Test
  void redeliveredDuplicatesAreNoCrashSuspects() throws Exception {
    put("a", "a", "a", "a", "a", "a", "a", "a");
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    assertWorked();
    assertEffects("a");
    assertEquals(List.of(), deadLetters());
    assertEquals(0, suspects());
  }

  @Test
  void reconnectingRecordsNoCrashSuspects() throws Exception {
    put("a");
    for (int round = 0; round < 2 * CrashSuspects.MAX_CRASHES; round++) {
      store.onWrite(round % 2 == 0 ? Fault.FULL : Fault.COMMIT_RESULT_LOST);
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
  void faultInAnyTransactionLeavesOneEffectPerMessage(Fault fault) throws Exception {
    for (int transaction = 0; transaction < 6; transaction++) {
      String prefix = "p" + transaction + "-";
      put(prefix + "a", prefix + "b");
      putPoison();
      Fault[] faults = new Fault[transaction + 1];
      Arrays.fill(faults, Fault.NONE);
      faults[transaction] = fault;
      store.onWrite(Fault.CRASH_BEFORE_COMMIT).onWrite(faults);
      for (int steps = 0; steps < 20; steps++) {
        try {
          consumer.step();
        } catch (SimulatedCrash e) {
          subscription.disconnect();
          connect();
        }
      }
      assertEquals(0, broker.waiting(QUEUE).size());
    }
    List<String> effects = new ArrayList<>();
    for (int transaction = 0; transaction < 6; transaction++) {
      effects.add("p" + transaction + "-a");
      effects.add("p" + transaction + "-b");
    }
    assertEffects(effects.toArray(String[]::new));
    assertEquals(Set.of("malformed"), Set.copyOf(reasons()));
    assertEquals(0, suspects());
  }

  @Test
  void redeliveredMessageThatWasGivenUpIsNotHandled() throws Exception {
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
  void closeReleasesTheConnectionWhenTheStoreFails() throws Exception {
    put("a");
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    store.onWrite(Fault.NONE, Fault.BUSY);
    assertBlocked();
    store.onWrite(Fault.DEFECT);
    consumer.close();
    assertEquals(1, broker.waiting(QUEUE).size());
  }
}
