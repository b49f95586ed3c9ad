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
    store.onWrite(Fault.ANSWER_LOST);
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
  void crashAroundTheCommitLosesAndDoublesNothing(Fault crash) throws Exception {
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
  void lostAcknowledgementMakesARecognisedDuplicate() throws Exception {
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
  void messageThatCrashesTheProcessIsHandledAloneAndGivenUp() throws Exception {
    handler.dieOf("killer");
    put("a", "killer", "b", "c");
    int deaths = 0;
    while (subscription.acked().isEmpty() && deaths < 20) {
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
  void messageThatThrowsErrorsIsGivenUpAlthoughTheLoopIsClosed() throws Exception {
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
  void lostConnectionsMakeNoCrashSuspects() throws Exception {
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
  void closeReleasesTheConnectionWhateverTheStoreThrows() throws Exception {
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
