package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import orderflow.messaging.MessagingException;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.ScriptedPublisher;
import orderflow.testing.SimulatedCrash;
import org.junit.jupiter.api.Test;

class RelayTest extends RelayFixture {
  @Test
  void entriesArePublishedInOrderAndDeletedOnceConfirmed() throws Exception {
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
  void onlyConfirmedEntriesAreDeleted() throws Exception {
    append(5);
    relay.step();
    publisher.confirm(4);
    publisher.confirm(2);
    publisher.confirm(1);
    relay.step();
    assertEquals(List.of(3L, 5L), entries());
  }

  @Test
  void afterALossTheOldestEntriesAreResent() throws Exception {
    append(4);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(3);
    relay.step();
    publisher.take(2);
    publisher.disconnect();
    assertThrows(MessagingException.class, () -> relay.step());
    relay.close();
    assertEquals(List.of(2L, 4L), entries());
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    assertEquals(List.of(2L, 4L), publisher.published());
    assertEquals(List.of(), entries());
    assertEquals(List.of("o-1", "o-3", "o-2", "o-2", "o-4"), arrived(), "resent: at least once");
  }

  @Test
  void confirmsBeforeAChannelLossCount() throws Exception {
    append(3);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(3);
    publisher.failPublishes();
    append(1);
    assertThrows(MessagingException.class, () -> relay.step());
    assertEquals(List.of(2L, 4L), entries());
  }

  @Test
  void storeFaultDoesNotEndTheRelay() throws Exception {
    append(1);
    store.onRead(Fault.BUSY);
    assertInstanceOf(StepResult.Blocked.class, relay.step());
    relay.step();
    assertEquals(List.of(1L), publisher.published());
  }

  @Test
  void brokerAlarmStopsPublishing() throws Exception {
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
  void unconfirmedMessagesAreBounded() throws Exception {
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
  void crashBetweenConfirmAndDeletionMakesADuplicate() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(2);
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    assertThrows(SimulatedCrash.class, () -> relay.step());
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    assertEquals(List.of("o-1", "o-2", "o-1", "o-2"), arrived());
    assertEquals(List.of(), entries());
  }

  @Test
  void failedDeletionIsRetriedWithoutAResend() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(2);
    store.onWrite(Fault.FULL, Fault.COMMIT_RESULT_LOST);
    assertInstanceOf(StepResult.Blocked.class, relay.step());
    assertInstanceOf(StepResult.Blocked.class, relay.step());
    relay.step();
    assertEquals(List.of(), entries());
    assertEquals(List.of(1L, 2L), publisher.published());
  }

  /** Each would be sent again if the process ended before the store has recovered. */
  @Test
  void failingDeletionsLimitPublishing() throws Exception {
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
  void confirmedEntriesAreDeletedInBatchesUnderLoad() throws Exception {
    append(2 * ScriptedPublisher.WINDOW);
    relay.step();
    confirm(1, 500);
    relay.step();
    assertEquals(1L, entries().getFirst());
    confirm(501, 512);
    relay.step();
    assertEquals(513L, entries().getFirst());
  }

  /** A nearly full window waits for confirms instead of reading a few rows at a time. */
  @Test
  void nearlyFullWindowWaitsForConfirms() throws Exception {
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
  void relayWaitsForConfirmsOnlyWithNothingToPublish() throws Exception {
    append(1);
    relay.step();
    assertEquals(Duration.ZERO, publisher.waits().getLast());
    relay.step();
    assertTrue(publisher.waits().getLast().isPositive());
  }

  @Test
  void idleRelayWaitsForTheNextCommit() throws Exception {
    append(1);
    relay.step();
    outbox.committed();
    relay.step();
    assertTrue(lane.appended().await(Duration.ZERO), "the relay did not wait for it");
    publisher.confirm(1);
    relay.step();
    outbox.committed();
    assertInstanceOf(StepResult.Idle.class, relay.step());
    assertFalse(lane.appended().await(Duration.ZERO), "it woke the relay");
  }

  @Test
  void drainWaitsForOutstandingConfirms() throws Exception {
    append(3);
    relay.step();
    publisher.confirmingOneALook();
    relay.drain(Duration.ofDays(1));
    assertEquals(List.of(), entries());
    assertEquals(List.of(1L, 2L, 3L), publisher.published());
  }

  @Test
  void closeReleasesTheConnection() {
    relay.close();
    assertThrows(MessagingException.class, () -> publisher.confirmedIds(Duration.ZERO));
  }

  @Test
  void drainCollectsWaitingConfirms() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.confirm(2);
    relay.drain(Duration.ofSeconds(1));
    assertEquals(List.of(), entries());
  }

  @Test
  void drainWaitsForConfirmsUpToItsLimit() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    relay.drain(Duration.ofMillis(20));
    assertEquals(List.of(2L), entries());
  }
}
